using System.CommandLine;
using CodexProxy.Replay;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy replay</c>: plays a bundle in this process and says whether the same comes of it.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Source = new("FILE") { Description = "A bundle" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("replay", "Play a bundle against a simulated backend; needs no account") { Source };
        command.SetAction(
            (parsed, cancelled) => RunAsync(parsed.GetRequiredValue(Source), context.Terminal, context.Time, cancelled)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string source,
        Terminal terminal,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ReplayResult result;
        try
        {
            var bundle = ReplayBundle.Read(await File.ReadAllBytesAsync(source, cancellationToken));
            result = await ReplayRun.PlayAsync(bundle, time, cancellationToken);
        }
        catch (ReplayException exception)
        {
            terminal.Error(exception.Message);
            return ExitCode.Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Error($"{source} cannot be read: {exception.Message}");
            return ExitCode.Failed;
        }

        var recorded = result.Recorded;
        terminal.Labelled("recorded", $"{recorded.Ending}, status {recorded.Status}, attempts: {recorded.Attempts}");
        foreach (var refusal in result.Refusals)
        {
            terminal.Labelled("refused", refusal);
        }

        var differences = recorded.DifferencesTo(result.Played);
        foreach (var difference in differences)
        {
            terminal.Labelled("differs", difference);
        }

        terminal.Line(
            differences.Count == 0
                ? "The replay ended as the request did."
                : "The replay ended otherwise than the request did."
        );
        return differences.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
