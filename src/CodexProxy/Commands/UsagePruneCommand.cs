using System.CommandLine;
using System.Globalization;
using CodexProxy.Usage;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy usage prune</c>: forgets requests of the past.</summary>
internal static class UsagePruneCommand
{
    private static readonly Option<string?> Before = new("--before")
    {
        Description = "Forget what ended before then: 90d, yesterday, 2026-11-01",
        HelpName = "time",
    };

    private static readonly Option<bool> All = new("--all") { Description = "Forget everything" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("prune", "Delete requests from the history; asks first") { Before, All };
        command.WithYes();
        command.Validators.Add(result =>
        {
            if (result.GetResult(Before) is null == result.GetResult(All) is not { Implicit: false })
            {
                result.AddError("Say what to forget: either --before TIME or --all.");
            }
        });
        command.SetAction(
            (parsed, cancelled) => UsageRun.StartAsync(context, parsed, run => RunAsync(run, parsed, cancelled))
        );
        return command;
    }

    private static async Task<int> RunAsync(UsageRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var before = run.TimeOf(parsed, Before);
        if (await run.Storage.OpenReaderAsync(cancellationToken) is not { } reader)
        {
            run.Terminal.Message("There is no history; nothing was changed.");
            return ExitCode.Done;
        }

        var until = before ?? DateTimeOffset.MaxValue;
        var found = await reader.ListAsync(new RequestQuery { Limit = 1, Until = until }, cancellationToken);
        var many = string.Create(CultureInfo.InvariantCulture, $"{found.Total:N0} requests");
        var terminal = run.Terminal;
        if (
            !parsed.GetValue(OutputFlags.Yes)
            && !await terminal.ConfirmAsync($"Delete {many} from the history for good?", cancellationToken)
        )
        {
            terminal.Error(
                terminal.IsInteractive ? "Nothing was changed." : "Nothing was changed: add --yes to do it unasked."
            );
            return terminal.IsInteractive ? ExitCode.Failed : ExitCode.WrongUsage;
        }

        await using var store = await run.Storage.OpenAsync(cancellationToken);
        var forgotten = await store.PruneAsync(until, cancellationToken);
        terminal.Line(
            string.Create(CultureInfo.InvariantCulture, $"{forgotten:N0} requests were deleted from the history.")
        );
        return ExitCode.Done;
    }
}
