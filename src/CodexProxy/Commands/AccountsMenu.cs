using System.CommandLine;
using CodexProxy.Accounts;

namespace CodexProxy.Commands;

/// <summary>The accounts and what can be done with them, for a person at a terminal.</summary>
internal static class AccountsMenu
{
    private const string Question = "[s]witch, [a]dd, [r]emove, [v]erify, re[f]resh, [i]mport, or [q]uit?";

    /// <summary>Shows the accounts and does what the person asks, until there is nothing more.</summary>
    public static async Task<int> RunAsync(
        AccountsRun run,
        CommandContext context,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            run.List();
            var answer = (await run.Terminal.AskAsync(Question, cancellationToken))?.Trim().ToLowerInvariant();
            string[]? command = answer switch
            {
                "s" or "switch" => await NamedAsync(run, "switch", cancellationToken),
                "a" or "add" => ["add"],
                "r" or "remove" => await NamedAsync(run, "remove", cancellationToken),
                "v" or "verify" => ["verify", "--all"],
                "f" or "refresh" => ["refresh", "--all"],
                "i" or "import" => ["import"],
                null or "" or "q" or "quit" => null,
                _ => Unknown(run, answer),
            };
            if (command is null)
            {
                return ExitCode.Done;
            }

            if (command.Length > 0)
            {
                await CommandLine.RunAsync(["accounts", .. command, .. Settings(parsed)], context, cancellationToken);
            }
        }
    }

    private static string[] Unknown(AccountsRun run, string answer)
    {
        run.Terminal.Error($"\"{answer}\" is none of these.");
        return [];
    }

    private static async Task<string[]> NamedAsync(AccountsRun run, string command, CancellationToken cancellationToken)
    {
        if (run.Accounts.Current.All.Count == 0)
        {
            return [];
        }

        var name = (await run.Terminal.AskAsync("Which one (number, address or key)?", cancellationToken))?.Trim();
        try
        {
            return string.IsNullOrEmpty(name) ? [] : [command, run.Accounts.Find(name).Key];
        }
        catch (AccountException exception)
        {
            run.Terminal.Error(exception.Message);
            return [];
        }
    }

    private static IEnumerable<string> Settings(ParseResult parsed) =>
        SettingFlags
            .Read(parsed)
            .Where(flag => flag.Key == "--config")
            .SelectMany(flag => new[] { flag.Key, flag.Value });
}
