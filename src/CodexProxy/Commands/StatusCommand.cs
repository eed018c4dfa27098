using System.CommandLine;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy status</c>: who is signed in, what the plan has left, and whether the server runs.</summary>
internal static class StatusCommand
{
    private static readonly Option<bool> Server = new("--server")
    {
        Description = "Only whether the server answers; exit code 1 when it does not",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("status", "Show account, plan, quota and server; exit code 3 when not signed in")
        {
            Server,
        };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                parsed.GetValue(Server)
                    ? context.WithOptionsAsync(
                        context.Inputs(parsed),
                        options => ShowServerAsync(options, context, cancelled)
                    )
                    : AccountsRun.StartAsync(context, parsed, run => ShowAsync(run, context.Time, cancelled))
        );
        return command;
    }

    // For whoever watches over the server: no account is looked at, and nothing upstream is asked.
    private static async Task<int> ShowServerAsync(
        ProxyOptions options,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var server = await ServerStatus.ReadAsync(options.Home, context.Time, cancellationToken);
        context.Terminal.Labelled("server", server.Summary);
        return server.Answers ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> ShowAsync(AccountsRun run, TimeProvider time, CancellationToken cancellationToken)
    {
        var active = run.Accounts.Current.Active;
        var quotaProblem = active is null ? null : await run.Actions.VerifyAsync(active, cancellationToken);
        var server = await ServerStatus.ReadAsync(run.Options.Home, time, cancellationToken);
        // After the question: it may have renewed the login, or found that it has ended.
        var signedIn = run.Accounts.Peek() is Credential;
        if (run.Json)
        {
            var view = View(run, active, quotaProblem, server, time);
            run.Print(view, ViewJson.Readable.StatusView);
        }
        else
        {
            Show(run, active, quotaProblem, server, time);
        }

        return signedIn ? ExitCode.Done : ExitCode.NotSignedIn;
    }

    private static void Show(
        AccountsRun run,
        Account? active,
        string? quotaProblem,
        ServerStatus server,
        TimeProvider time
    )
    {
        var terminal = run.Terminal;
        terminal.Heading($"{ProductInfo.Name} {ProductInfo.Version}");
        if (run.Accounts.Peek() is CredentialFailure failure)
        {
            terminal.Labelled("account", failure.Message);
        }
        else if (active?.Known is { } credential)
        {
            terminal.Labelled("account", Describe(run, active, credential));
            terminal.Labelled("login", Login(credential, time));
            if (run.Get<QuotaBook>().Find(credential.Key) is { } snapshot)
            {
                new QuotaScreen(terminal, time).Show(snapshot);
            }

            if (quotaProblem is not null)
            {
                terminal.Labelled("quota", $"not known: {quotaProblem}");
            }
        }

        terminal.Labelled("server", server.Summary);
    }

    private static string Describe(AccountsRun run, Account active, Credential credential)
    {
        var plan = credential.Plan is { } known ? $" ({known})" : "";
        var all = run.Accounts.Current.All;
        var of = all.Count > 1 ? $", one of {all.Count}" : "";
        var place = active.Origin == AccountOrigin.Link ? ", the Codex CLI's login" : "";
        return $"{active.Name}{plan}{of}{place}";
    }

    private static string Login(Credential credential, TimeProvider time) =>
        credential.AccessToken.ExpiresAt is { } end
            ? end > time.GetUtcNow()
                ? $"good until {TimeText.Of(end, time)}, then renewed by itself"
                : "is renewed at the next request"
            : "does not say when it ends";

    private static StatusView View(
        AccountsRun run,
        Account? active,
        string? quotaProblem,
        ServerStatus server,
        TimeProvider time
    )
    {
        var snapshot = run.Accounts.Current;
        return new StatusView
        {
            Version = ProductInfo.Version,
            SignedIn = run.Accounts.Peek() is Credential,
            Problem = (run.Accounts.Peek() as CredentialFailure)?.Message,
            Account = active is null ? null : AccountView.Of(active, snapshot, run.Get<QuotaBook>(), time.GetUtcNow()),
            Accounts = snapshot.All.Count,
            QuotaProblem = quotaProblem,
            Server = server is { Record: { } record, Answers: true }
                ? new ServerView(new Uri(record.ClientUrl), record.Version, record.StartedAt, record.ProcessId)
                : null,
        };
    }
}
