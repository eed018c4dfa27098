using System.CommandLine;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy usage</c>: what the plan has left, as bars, and how long that lasts.</summary>
internal static class UsageCommand
{
    private static readonly Option<string> Named = new("--account")
    {
        Description = "Address, key or number of an account (the active one)",
        HelpName = "name",
    };

    private static readonly Option<bool> All = new("--all") { Description = "All accounts" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command(
            "usage",
            "Show what the plan has left and how long it lasts, or what past requests used"
        )
        {
            Named,
            All,
        };
        command.WithJson();
        UsageByCommand.AddTo(command, [Named, All], context);
        command.SetAction(
            (parsed, cancelled) =>
                parsed.GetValue(UsageByCommand.By) is not null
                    ? UsageByCommand.RunAsync(context, parsed, cancelled)
                    : AccountsRun.StartAsync(
                        context,
                        parsed,
                        run =>
                        {
                            var accounts = run.Choose(parsed.GetValue(Named), parsed.GetValue(All));
                            return ShowAsync(run, accounts, context.Time, cancelled);
                        }
                    )
        );
        return command;
    }

    private static async Task<int> ShowAsync(
        AccountsRun run,
        IReadOnlyList<Account> accounts,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<QuotaEntry>();
        var book = run.Get<QuotaBook>();
        foreach (var account in accounts)
        {
            var problem = await run.Actions.VerifyAsync(account, cancellationToken);
            var known = account.Known is { } credential ? book.Known(credential.Key) : null;
            answers.Add(new QuotaEntry(account.Name, QuotaView.Of(known, time.GetUtcNow()), problem));
            if (!run.Json)
            {
                Show(run, account, known, problem, time);
            }
        }

        if (run.Json)
        {
            run.Print(new QuotaAllAnswer(answers), ViewJson.Readable.QuotaAllAnswer);
        }

        return answers.All(answer => answer.Warning is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Show(AccountsRun run, Account account, KnownQuota? known, string? problem, TimeProvider time)
    {
        var plan = known?.Snapshot.Plan ?? account.Known?.Plan;
        run.Terminal.Heading(plan is null ? account.Name : $"{account.Name} ({plan})");
        if (known is not null)
        {
            new QuotaScreen(run.Terminal, time).Show(known.Snapshot);
        }

        if (problem is not null)
        {
            run.Terminal.Error(problem);
        }
    }
}
