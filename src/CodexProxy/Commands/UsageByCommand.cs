using System.CommandLine;
using System.CommandLine.Parsing;
using CodexProxy.Usage;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy usage --by …</c>: what the requests of the past used.</summary>
internal static class UsageByCommand
{
    private const int DaysShown = 30;

    private static readonly string[] Words = ["day", "hour", "model", "session", "project", "account", "client"];

    /// <summary>By what.</summary>
    public static readonly Option<string?> By = MakeBy();

    /// <summary>Print comma-separated values.</summary>
    public static readonly Option<bool> Csv = new("--csv") { Description = "Print comma-separated values (with --by)" };

    /// <summary>Adds what the history needs to <c>usage</c>.</summary>
    /// <param name="usage">The command.</param>
    /// <param name="plan">Its options that ask for the plan.</param>
    /// <param name="context">The world.</param>
    public static void AddTo(Command usage, Option[] plan, CommandContext context)
    {
        usage.Options.Add(By);
        usage.Options.Add(UsageRun.Since);
        usage.Options.Add(UsageRun.Until);
        usage.Options.Add(Csv);
        usage.Subcommands.Add(UsageExportCommand.Create(context));
        usage.Subcommands.Add(UsagePruneCommand.Create(context));
        usage.Validators.Add(result =>
        {
            if (result.Children.Any(child => child is CommandResult))
            {
                return;
            }

            var history = new Option[] { UsageRun.Since, UsageRun.Until, Csv };
            if (
                result.GetResult(By) is null
                && Array.Find(history, option => result.GetResult(option) is { Implicit: false }) is { } stray
            )
            {
                result.AddError($"{stray.Name} belongs to --by, as in `usage --by day {stray.Name}`.");
            }
            else if (
                result.GetResult(By) is not null
                && Array.Find(plan, option => result.GetResult(option) is { Implicit: false }) is { } other
            )
            {
                result.AddError($"{other.Name} asks for the plan, --by for the past: choose one.");
            }
            else if (
                result.GetResult(Csv) is { Implicit: false }
                && result.GetResult(OutputFlags.Json) is { Implicit: false }
            )
            {
                result.AddError("Choose one of --json and --csv.");
            }
        });
    }

    /// <summary>Shows the history.</summary>
    public static Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellationToken) =>
        UsageRun.StartAsync(
            context,
            parsed,
            async run =>
            {
                var zone = context.Time.LocalTimeZone;
                var by = Enum.Parse<UsageKey>(parsed.GetValue(By)!, ignoreCase: true);
                UsageTimes.TryRead($"{DaysShown}d", context.Time, out var usual);
                var query = new UsageQuery(by, zone)
                {
                    Since = run.TimeOf(parsed, UsageRun.Since) ?? usual,
                    Until = run.TimeOf(parsed, UsageRun.Until),
                };
                var reader = await run.OpenAsync(cancellationToken);
                var table = await run.NamedAsync(query, await reader.SumAsync(query, cancellationToken));
                var screen = new UsageScreen(context.Terminal);
                if (parsed.GetValue(OutputFlags.Json))
                {
                    screen.ShowJson(query, table);
                }
                else if (parsed.GetValue(Csv))
                {
                    screen.ShowCsv(query, table);
                }
                else
                {
                    screen.Show(query, table);
                }

                return ExitCode.Done;
            }
        );

    private static Option<string?> MakeBy()
    {
        var option = new Option<string?>("--by")
        {
            Description =
                "Show what the past requests used, summed up by day, hour, model, session, project, account or client",
            HelpName = "what",
        };
        option.AcceptOnlyFromAmong(Words);
        return option;
    }
}
