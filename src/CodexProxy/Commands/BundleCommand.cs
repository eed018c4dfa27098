using System.CommandLine;
using System.Text;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy bundle</c>: writes what is known of a request for somebody else to look at, without its content.</summary>
internal static class BundleCommand
{
    private static readonly Argument<string> Request = new("REQUEST_ID")
    {
        Description = "Id of the request, as in the log and in errors; last for the latest",
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "File to write (standard output)",
        HelpName = "file",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("bundle", "Write a request as a bundle without content, to report a fault")
        {
            Request,
            Output,
        };
        command.SetAction(
            (parsed, cancelled) =>
                context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options =>
                        RunAsync(options, parsed.GetRequiredValue(Request), parsed.GetValue(Output), context, cancelled)
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        string request,
        string? output,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await new ServerQuestion(options.Home, context.Time).GetAsync(
            $"/api/requests/{Uri.EscapeDataString(request)}/bundle",
            cancellationToken
        );
        if (body is null)
        {
            context.Terminal.Error(problem!);
            return ExitCode.Failed;
        }

        if (output is null)
        {
            context.Terminal.Line(Encoding.UTF8.GetString(body));
            return ExitCode.Done;
        }

        try
        {
            await File.WriteAllBytesAsync(output, body, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Error($"{output} cannot be written: {exception.Message}");
            return ExitCode.Failed;
        }

        context.Terminal.Line(
            $"Wrote {output}. It holds shapes, sizes, times and hashes, no content; `{ProductInfo.Name} replay {output}` plays it."
        );
        return ExitCode.Done;
    }
}
