using CodexProxy.Credentials;
using CodexProxy.Storage;

namespace CodexProxy.Accounts;

/// <summary>How signing out went.</summary>
public enum SignOutOutcome
{
    /// <summary>The issuer has ended the login, and it is gone from here.</summary>
    Revoked,

    /// <summary>It is gone from here; the issuer could not be told.</summary>
    RemovedOnly,

    /// <summary>It is gone from here and lives on in the Codex CLI, whose login it is.</summary>
    Unlinked,

    /// <summary>It is the Codex CLI's own login, which was never added here: nothing to remove.</summary>
    NotOurs,
}

/// <summary>Signs accounts out: tells the issuer where the login is ours alone, and forgets it here.</summary>
public sealed class SignOut(AccountDirectory accounts, RevocationClient revocation)
{
    /// <summary>Signs one account out.</summary>
    public async Task<SignOutOutcome> RunAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.Entry.File is not { } file)
        {
            return SignOutOutcome.NotOurs;
        }

        // Else the login would end and its file stay, which then looks like one that serves.
        ClosedFolder.ThrowIfClosed(Path.GetDirectoryName(file)!);

        var (shared, revoked) = (false, false);
        // A renewal under way comes first: what it brings is what has to be ended.
        using (await accounts.Store.HoldAsync(account.Entry, cancellationToken))
        {
            var tokens = account.Login.Stored;
            shared = account.Entry.IsShared || IsTheCodexLogin(account, tokens);
            revoked = !shared && tokens is not null && await revocation.RevokeAsync(tokens, cancellationToken);
            accounts.Store.Remove(account.Entry);
        }

        AccountStore.RemoveLock(account.Entry);
        return shared ? SignOutOutcome.Unlinked
            : revoked ? SignOutOutcome.Revoked
            : SignOutOutcome.RemovedOnly;
    }

    // A copy that was never renewed here, whatever the Codex CLI has done since: the issuer ends a token with all its
    // successors, and those are the Codex CLI's login.
    private bool IsTheCodexLogin(Account account, TokenSet? tokens) =>
        tokens is not null
        && accounts.Store.CodexLogin.Read() is StoredLogin.Tokens { Set: var codex }
        && (
            Equals(codex.RefreshToken, tokens.RefreshToken)
            || (
                account.Origin == AccountOrigin.Import
                && codex.Credential.Key == tokens.Credential.Key
                && !(tokens.LastRefresh > account.AddedAt)
            )
        );
}
