using System.CommandLine;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Endpoints;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>One run of a command about accounts: the services it needs, and how it says what it did.</summary>
internal sealed class AccountsRun
{
    private readonly CommandContext _context;
    private readonly ServiceProvider _services;

    private AccountsRun(CommandContext context, ServiceProvider services, ProxyOptions options, bool json)
    {
        (_context, _services, Options, Json) = (context, services, options, json);
    }

    /// <summary>Whether JSON was asked for.</summary>
    public bool Json { get; }

    /// <summary>The settings.</summary>
    public ProxyOptions Options { get; }

    /// <summary>The accounts.</summary>
    public AccountDirectory Accounts => Get<AccountDirectory>();

    /// <summary>What can be done with them.</summary>
    public AccountActions Actions => Get<AccountActions>();

    /// <summary>Where it says so.</summary>
    public Terminal Terminal => _context.Terminal;

    /// <summary>Runs a command; what cannot be done is told, in text or in JSON.</summary>
    public static Task<int> StartAsync(CommandContext context, ParseResult parsed, Func<AccountsRun, Task<int>> command)
    {
        var inputs = context.Inputs(parsed);
        return context.WithOptionsAsync(
            inputs,
            async options =>
            {
                var surroundings = context.Surroundings with { Inputs = inputs };
                await using var services = GatewayHost.BuildServices(options, surroundings);
                var run = new AccountsRun(context, services, options, IsJson(parsed));
                try
                {
                    return await command(run);
                }
                catch (NotSignedInException exception)
                {
                    run.Refuse(exception.Message);
                    return ExitCode.NotSignedIn;
                }
                catch (AccountException exception)
                {
                    return run.Refuse(exception.Message);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    return run.Refuse($"The state folder cannot be used: {exception.Message}");
                }
            }
        );
    }

    /// <summary>One of the things the program is made of.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The account of that name; the active one when none is named.</summary>
    /// <exception cref="AccountException">There is none of that name.</exception>
    /// <exception cref="NotSignedInException">There is none at all.</exception>
    public Account Choose(string? name) =>
        name is not null ? Accounts.Find(name) : Accounts.Current.Active ?? throw Accounts.NoAccount;

    /// <summary>The account of that name, or all of them.</summary>
    /// <exception cref="AccountException">There is none of that name.</exception>
    /// <exception cref="NotSignedInException">There is none at all.</exception>
    public IReadOnlyList<Account> Choose(string? name, bool all) =>
        all && Accounts.Current.All is { Count: > 0 } every ? every : [Choose(name)];

    /// <summary>Exit code after <see cref="ConfirmAsync"/> was told no, or had nobody to ask.</summary>
    public int Unconfirmed => Terminal.IsInteractive ? ExitCode.Failed : ExitCode.WrongUsage;

    /// <summary>Asks whether to go on.</summary>
    public async Task<bool> ConfirmAsync(ParseResult parsed, string question, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(OutputFlags.Yes) || await Terminal.ConfirmAsync(question, cancellationToken))
        {
            return true;
        }

        Refuse(Terminal.IsInteractive ? "Nothing was changed." : "Nothing was changed: add --yes to do it unasked.");
        return false;
    }

    /// <summary>Says that something was done.</summary>
    public int Say(string sentence)
    {
        if (Json)
        {
            Print(new Done(sentence), ViewJson.Readable.Done);
        }
        else
        {
            Terminal.Sentence(sentence);
        }

        return ExitCode.Done;
    }

    /// <summary>Says that something could not be done.</summary>
    public int Refuse(string sentence)
    {
        if (Json)
        {
            Print(new Refused(sentence), ViewJson.Readable.Refused);
        }
        else
        {
            Terminal.Error(sentence);
        }

        return ExitCode.Failed;
    }

    /// <summary>Prints a value as JSON.</summary>
    public void Print<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Terminal.Line(JsonSerializer.Serialize(value, type));

    /// <summary>Does one thing with each account, and goes on after a failure.</summary>
    public async Task<int> EachAsync(IReadOnlyList<Account> accounts, Func<Account, Task<string>> action)
    {
        var (done, failed) = (new List<string>(), new List<string>());
        foreach (var account in accounts)
        {
            try
            {
                done.Add(await action(account));
            }
            catch (AccountException exception)
            {
                failed.Add(exception.Message);
            }
        }

        if (Json)
        {
            return failed.Count == 0 ? Say(string.Join(' ', done)) : Refuse(string.Join(' ', failed));
        }

        done.ForEach(Terminal.Sentence);
        failed.ForEach(Terminal.Error);
        return failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Shows all accounts.</summary>
    public int List()
    {
        if (Accounts.Current.Problem is { } problem)
        {
            if (Accounts.Current.All.Count == 0)
            {
                return Refuse(problem.Message);
            }

            Terminal.Error(problem.Message);
        }

        var list = AccountListView.Of(Accounts, Get<QuotaBook>(), _context.Time.GetUtcNow());
        if (Json)
        {
            Print(list, ViewJson.Readable.AccountListView);
        }
        else if (list.Total == 0)
        {
            Terminal.Line("There are no accounts. `codex-proxy login` signs in.");
        }
        else
        {
            Show(list);
        }

        return ExitCode.Done;
    }

    private void Show(AccountListView list)
    {
        var table = new TextTable("#", "account", "plan", "key", "login", "used");
        for (var i = 0; i < list.Total; i++)
        {
            var account = list.Accounts[i];
            table.Add(
                $"{i + 1}{(account.IsActive ? "*" : "")}",
                account.Email ?? "unknown",
                account.PlanType ?? "unknown",
                account.Key,
                Describe(account),
                account.LastUsed is { } used ? TimeText.Of(used, _context.Time) : "never"
            );
        }

        table.WriteTo(Terminal);
    }

    private string Describe(AccountView account)
    {
        var place = account.Origin == "link" ? "Codex CLI's, " : "";
        return account.Problem is not null ? "needs a new sign-in"
            : account.ExpiresAt is { } end && !account.TokenExpired ? $"{place}until {TimeText.Of(end, _context.Time)}"
            : $"{place}is renewed at the next request";
    }

    private static bool IsJson(ParseResult parsed) => parsed.GetResult(OutputFlags.Json) is { Implicit: false };
}
