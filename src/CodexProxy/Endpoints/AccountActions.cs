using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;

namespace CodexProxy.Endpoints;

/// <summary>What can be done with accounts, each as one sentence that says how it went. Used by commands and by HTTP.</summary>
internal sealed class AccountActions(
    AccountDirectory accounts,
    SignOut signOut,
    UsageClient usage,
    OptionsSource options
)
{
    private static readonly TimeSpan QuotaDeadline = TimeSpan.FromSeconds(15);

    /// <summary>Makes an account the one that serves.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<string> SwitchAsync(string name, CancellationToken cancellationToken)
    {
        var account = accounts.Find(name);
        await accounts.Store.SelectAsync(selection => selection with { Active = account.Key }, cancellationToken);
        return $"Switched to account: {account.Name}";
    }

    /// <summary>Keeps a new login and makes it the one that serves.</summary>
    /// <exception cref="AccountException">It cannot be kept.</exception>
    public async Task<string> AddAsync(SignInTokens tokens, CancellationToken cancellationToken)
    {
        var entry = await accounts.Store.AddAsync(tokens, options.Current.Accounts.Store, cancellationToken);
        await accounts.Store.SelectAsync(selection => selection with { Active = entry.Key }, cancellationToken);
        var account = accounts.Find(entry.Key);
        var plan = account.Known?.Plan is { } known ? $" ({known})" : "";
        return $"Signed in as {account.Name}{plan}.{SetAside(entry)}";
    }

    /// <summary>Copies the Codex CLI's login.</summary>
    /// <exception cref="AccountException">There is none that could be copied.</exception>
    public async Task<string> ImportAsync(CancellationToken cancellationToken)
    {
        var entry = await accounts.Store.ImportAsync(options.Current.Accounts.Store, cancellationToken);
        await accounts.Store.SelectAsync(selection => selection with { Active = entry.Key }, cancellationToken);
        return $"Imported {accounts.Find(entry.Key).Name} from the Codex CLI. {SharedTokenWarning}{SetAside(entry)}";
    }

    /// <summary>What a copy of a login means.</summary>
    public const string SharedTokenWarning =
        "Its refresh token can be used once: as soon as either program renews it, the other one is signed out. "
        + "To share the login, link it instead (`codex-proxy accounts import --link`); "
        + "to have one of your own, run `codex-proxy login`.";

    /// <summary>Lets the Codex CLI's login serve in its own place.</summary>
    /// <exception cref="AccountException">There is none.</exception>
    public async Task<string> LinkAsync(CancellationToken cancellationToken)
    {
        var entry = await accounts.Store.LinkAsync(cancellationToken);
        await accounts.Store.SelectAsync(selection => selection with { Active = entry.Key }, cancellationToken);
        return $"Linked {accounts.Find(entry.Key).Name}: the Codex CLI's login serves in its own place.{SetAside(entry)}";
    }

    /// <summary>Signs an account out and forgets it.</summary>
    public async Task<string> RemoveAsync(Account account, CancellationToken cancellationToken)
    {
        var name = account.Name;
        var served = accounts.Current.Active?.Key == account.Key;
        var outcome = await signOut.RunAsync(account, cancellationToken);
        var next =
            !served || accounts.Current.Active is not { } other || other.Key == account.Key ? ""
            : other.Origin == AccountOrigin.Link ? " The Codex CLI's login serves now."
            : $" {other.Name} serves now.";
        return outcome switch
        {
            SignOutOutcome.Revoked => $"Signed out {name}.{next}",
            SignOutOutcome.RemovedOnly =>
                $"Removed {name} here. The issuer could not be told, so its login may live on there.{next}",
            SignOutOutcome.Unlinked => $"Removed {name} here. The Codex CLI keeps its login.{next}",
            SignOutOutcome.NotOurs => throw new AccountException(
                "This is the Codex CLI's own login, which was never added here. `codex logout` ends it."
            ),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    /// <summary>Renews an account's tokens.</summary>
    /// <exception cref="AccountException">They could not be renewed.</exception>
    public async Task<string> RefreshAsync(Account account, CancellationToken cancellationToken) =>
        await account.Login.RenewAsync(cancellationToken) switch
        {
            Credential => $"Renewed the login of {account.Name}.",
            CredentialFailure failure => throw new AccountException($"{account.Name}: {failure.Message}"),
            var other => throw new InvalidOperationException($"Unknown result {other.GetType().Name}."),
        };

    /// <summary>Asks the backend whether an account is served, and takes over its quota.</summary>
    /// <returns>Null when it is, else why not.</returns>
    public async Task<string?> VerifyAsync(Account account, CancellationToken cancellationToken)
    {
        var result = await account.Login.GetAsync(cancellationToken);
        var problem = await AskAsync(result, cancellationToken);
        if (problem is null || result is not Credential refused)
        {
            return problem;
        }

        // A token may have been ended before its time; renewing it once is what a request would do.
        return
            await account.Login.RecoverAsync(refused.AccessToken, cancellationToken) is Credential renewed
            && !renewed.AccessToken.Equals(refused.AccessToken)
            ? await AskAsync(renewed, cancellationToken)
            : problem;
    }

    /// <summary>Checks that the Codex CLI has a login that serves.</summary>
    /// <exception cref="AccountException">It has none.</exception>
    public void RequireCodexLogin() => accounts.Store.RequireCodexLogin();

    private static string SetAside(AccountEntry entry) =>
        entry.SetAside is { } file ? $" The account's file of before was damaged; it is kept as {file}." : "";

    private async Task<string?> AskAsync(CredentialResult result, CancellationToken cancellationToken) =>
        result switch
        {
            CredentialFailure failure => failure.Message,
            Credential credential => await usage.RefreshAsync(credential, QuotaDeadline, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown result {result.GetType().Name}."),
        };
}
