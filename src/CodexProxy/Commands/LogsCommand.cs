using System.CommandLine;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy logs</c>: what the server in the background wrote last, and goes on to write.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until Ctrl+C" };

    private static readonly Option<int> Lines = new("--lines", "-n")
    {
        Description = "How many lines to begin with",
        HelpName = "number",
        DefaultValueFactory = _ => 50,
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("logs", "Show the log of the server in the background") { Follow, Lines };
        command.SetAction(
            (parsed, cancelled) =>
                context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options => RunAsync(options, parsed.GetValue(Lines), parsed.GetValue(Follow), context, cancelled)
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        int lines,
        bool follow,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        using var reader = new LogReader(new ServerLog(options.Home).FilePath);
        if (!reader.Exists)
        {
            context.Terminal.Message(
                $"There is no log yet. A server in the background writes one; `{ProductInfo.Name} start --background` starts it."
            );
        }

        try
        {
            reader.SeekLast(Math.Max(0, lines));
            Show(reader.ReadNew());
            if (!follow)
            {
                Show(reader.ReadUnfinished());
                return ExitCode.Done;
            }

            while (true)
            {
                await Task.Delay(Interval, context.Time, cancellationToken);
                Show(reader.ReadNew());
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Error($"The log cannot be read: {exception.Message}");
            return ExitCode.Failed;
        }

        void Show(IReadOnlyList<string> read)
        {
            foreach (var line in read)
            {
                context.Terminal.Line(line);
            }
        }
    }
}
