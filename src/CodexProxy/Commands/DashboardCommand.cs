using System.CommandLine;
using System.Text.Json;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy dashboard</c>: finds or starts the server, asks it for a link that opens the dashboard once, and shows it in
/// the browser.
/// </summary>
internal static class DashboardCommand
{
    private static readonly Option<bool> NoBrowser = new("--no-browser") { Description = "Only print the link" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("dashboard", "Open the dashboard in the browser; starts the server when none runs")
        {
            NoBrowser,
        };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
            {
                var inputs = context.Inputs(parsed);
                return context.WithOptionsAsync(
                    inputs,
                    options =>
                        RunAsync(
                            options,
                            inputs,
                            !parsed.GetValue(NoBrowser),
                            parsed.GetResult(OutputFlags.Json) is { Implicit: false },
                            context,
                            cancelled
                        )
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        OptionInputs inputs,
        bool opens,
        bool json,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var result = await new BackgroundServer(options, inputs, context.Time).EnsureAsync(cancellationToken);
        if (result is not ServerReady ready)
        {
            return BackgroundStart.Fail(context, (ServerRefused)result);
        }

        BackgroundStart.NoteVersion(context, ready.Record);
        var (body, problem) = await new ServerQuestion(options.Home, context.Time).PostAsync(
            "/dashboard/link",
            cancellationToken
        );
        if (body is null)
        {
            context.Terminal.Error(problem!);
            return ExitCode.Failed;
        }

        var link = JsonSerializer.Deserialize(body, ViewJson.Default.LinkView)!;
        if (json)
        {
            context.Terminal.Line(JsonSerializer.Serialize(link, ViewJson.Readable.LinkView));
            return ExitCode.Done;
        }

        // The result of the command, so that it can be piped; what it means goes to the other stream.
        context.Terminal.Line(link.Url);
        context.Terminal.Message(
            opens && context.Surroundings.OpenBrowser(new Uri(link.Url))
                ? "The browser opens it. The link is good once; run this again for another one."
                : "Open it in a browser on this machine. It is good once, and for ten minutes."
        );
        return ExitCode.Done;
    }
}
