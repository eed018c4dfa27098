using System.CommandLine;
using CodexProxy.Accounts;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy accounts</c>: shows and changes the accounts; a menu when called bare in a terminal.</summary>
internal static class AccountsCommand
{
    private static readonly Argument<string?> Name = new("account")
    {
        Description = "Address, key or number of an account (the active one)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> All = new("--all") { Description = "All accounts" };

    private static readonly Option<bool> Link = new("--link")
    {
        Description = "Use the Codex CLI's login in its own place instead of copying it",
    };

    /// <summary>The command and its parts.</summary>
    public static Command Create(CommandContext context)
    {
        var list = Part("list", "Show all accounts", (run, _, _) => Task.FromResult(run.List())).WithJson();
        list.Aliases.Add("ls");
        var command = new Command("accounts", "Show and change accounts")
        {
            list,
            LoginCommand.Create(context, "add", "Sign in another account and make it the active one"),
            Part("switch", "Make an account the one that serves", SwitchAsync, Name).WithJson(),
            Part("remove", "Sign an account out and forget it", RemoveAsync, Name).WithYes().WithJson(),
            Part("verify", "Ask the backend whether accounts are served", VerifyAsync, Name, All).WithJson(),
            Part("refresh", "Renew the tokens of accounts", RefreshAsync, Name, All).WithJson(),
            Part("clear", "Sign all accounts out and forget them", ClearAsync).WithYes().WithJson(),
            Part("import", "Take over the Codex CLI's login", ImportAsync, Link).WithJson(),
        };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(
                    context,
                    parsed,
                    run =>
                        context.Terminal.IsInteractive && !run.Json
                            ? AccountsMenu.RunAsync(run, context, parsed, cancelled)
                            : Task.FromResult(run.List())
                )
        );
        return command;

        Command Part(
            string name,
            string description,
            Func<AccountsRun, ParseResult, CancellationToken, Task<int>> run,
            params ReadOnlySpan<Symbol> symbols
        )
        {
            var part = new Command(name, description);
            foreach (var symbol in symbols)
            {
                if (symbol is Argument argument)
                {
                    part.Arguments.Add(argument);
                }
                else
                {
                    part.Options.Add((Option)symbol);
                }
            }

            part.SetAction(
                (parsed, cancelled) => AccountsRun.StartAsync(context, parsed, found => run(found, parsed, cancelled))
            );
            return part;
        }
    }

    private static async Task<int> SwitchAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(Name);
        if (name is null)
        {
            run.Refuse("Name the account to switch to. `codex-proxy accounts list` shows all.");
            return ExitCode.WrongUsage;
        }

        return run.Say(await run.Actions.SwitchAsync(name, cancellationToken));
    }

    private static async Task<int> RemoveAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var account = run.Choose(parsed.GetValue(Name));
        return await run.ConfirmAsync(parsed, $"Sign out and forget {account.Name}?", cancellationToken)
            ? run.Say(await run.Actions.RemoveAsync(account, cancellationToken))
            : run.Unconfirmed;
    }

    private static async Task<int> ClearAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var own = run.Accounts.Current.All.Where(account => account.Key != AccountEntry.CodexKey).ToList();
        if (own.Count == 0)
        {
            return run.Say("There are no accounts.");
        }

        if (!await run.ConfirmAsync(parsed, $"Sign out and forget {Count(own.Count)}?", cancellationToken))
        {
            return run.Unconfirmed;
        }

        var sentences = new List<string>();
        foreach (var account in own)
        {
            sentences.Add(await run.Actions.RemoveAsync(account, cancellationToken));
        }

        return run.Say(string.Join(' ', sentences));
    }

    private static Task<int> VerifyAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken) =>
        run.EachAsync(
            run.Choose(parsed.GetValue(Name), parsed.GetValue(All)),
            async account =>
                await run.Actions.VerifyAsync(account, cancellationToken) is { } problem
                    ? throw new AccountException($"{account.Name}: {problem}")
                    : $"{account.Name} is served."
        );

    private static Task<int> RefreshAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken) =>
        run.EachAsync(
            run.Choose(parsed.GetValue(Name), parsed.GetValue(All)),
            account => run.Actions.RefreshAsync(account, cancellationToken)
        );

    private static async Task<int> ImportAsync(AccountsRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Link))
        {
            return run.Say(await run.Actions.LinkAsync(cancellationToken));
        }

        run.Actions.RequireCodexLogin();
        if (run.Terminal.IsInteractive && !run.Json)
        {
            run.Terminal.Message(
                "A copy shares one single-use refresh token with the Codex CLI: as soon as either renews it, the other is signed out."
            );
            switch (
                (await run.Terminal.AskAsync("[l]ink it in place, [c]opy it, or [q]uit?", cancellationToken))?.Trim()
            )
            {
                case "l" or "link":
                    return run.Say(await run.Actions.LinkAsync(cancellationToken));
                case "c" or "copy":
                    break;
                default:
                    return run.Refuse("Nothing was imported. `codex-proxy login` signs in with a login of its own.");
            }
        }

        return run.Say(await run.Actions.ImportAsync(cancellationToken));
    }

    private static string Count(int number) => number == 1 ? "one account" : $"all {number} accounts";
}
