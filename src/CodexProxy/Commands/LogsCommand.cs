using System.CommandLine;
using CodexProxy.Launcher;
using CodexProxy.Telemetry;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy logs</c>: what the gateway wrote last, and goes on to write.</summary>
internal static class LogsCommand
{
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until Ctrl+C" };

    private static readonly Option<int?> Lines = new("--lines", "-n")
    {
        Description = "How many lines to begin with; 50, or all with --since",
        HelpName = "number",
    };

    private static readonly Option<string?> Level = new Option<string?>("--level")
    {
        Description = "Least level: debug, info, warn or error",
        HelpName = "level",
    }.AcceptOnlyFromAmong("debug", "info", "warn", "error");

    private static readonly Option<string?> Grep = new("--grep")
    {
        Description = "Only lines that hold this text",
        HelpName = "text",
    };

    private static readonly Option<string?> Request = new("--request")
    {
        Description = "Only lines of this request",
        HelpName = "id",
    };

    private static readonly Option<string?> Since = new("--since")
    {
        Description = "Only lines since then: 30s, 10m, 2h, 1d, or a date and time",
        HelpName = "time",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object for each line" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("logs", "Show the log of the gateway")
        {
            Follow,
            Lines,
            Level,
            Grep,
            Request,
            Since,
            Json,
        };
        command.SetAction((parsed, cancelled) => RunAsync(parsed, context, cancelled));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancelled)
    {
        DateTimeOffset? since = null;
        if (parsed.GetValue(Since) is { } text && (since = SinceText.Read(text, context.Time)) is null)
        {
            context.Terminal.Error(
                $"--since: \"{text}\" is neither a span such as 10m nor a time such as 2026-11-21T14:00."
            );
            return Task.FromResult(ExitCode.WrongUsage);
        }

        var filter = new LogFilter
        {
            Level = LogText.Level(parsed.GetValue(Level)),
            Text = parsed.GetValue(Grep),
            Request = parsed.GetValue(Request),
            Since = since,
        };
        var screen = new LogScreen(context.Terminal, context.Time.LocalTimeZone, parsed.GetValue(Json));
        var lines = Math.Max(0, parsed.GetValue(Lines) ?? (since is null ? 50 : int.MaxValue));
        return context.WithOptionsAsync(
            context.Inputs(parsed),
            options => new LogsRun(options, filter, screen, context).RunAsync(lines, parsed.GetValue(Follow), cancelled)
        );
    }
}
