using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;

namespace CodexProxy.Views;

/// <summary>One account as the HTTP API and <c>--json</c> tell it. Holds no token.</summary>
internal sealed record AccountView
{
    /// <summary>Its name in commands.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// What its requests and its quota are kept under. The same as <see cref="Key"/>, but for a login of the Codex CLI that
    /// serves without having been added; null while it cannot be read.
    /// </summary>
    public string? KeptAs { get; init; }

    /// <summary>The person's address.</summary>
    public string? Email { get; init; }

    /// <summary>The workspace.</summary>
    public string? AccountId { get; init; }

    /// <summary>The plan.</summary>
    public string? PlanType { get; init; }

    /// <summary><c>sign-in</c>, <c>import</c> or <c>link</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>When it last served.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Whether it is the one that serves.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Whether its access token has ended; it is renewed at the next request.</summary>
    public required bool TokenExpired { get; init; }

    /// <summary>When its access token ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why it cannot serve; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Its quota, as far as known.</summary>
    public QuotaView? Quota { get; init; }

    /// <summary>The view of one account.</summary>
    public static AccountView Of(Account account, AccountSnapshot snapshot, QuotaBook quotas, DateTimeOffset now)
    {
        var stored = account.Login.Stored;
        return new AccountView
        {
            Key = account.Key,
            KeptAs = stored?.Credential.Key,
            Email = stored?.Credential.Email,
            AccountId = stored?.Credential.AccountId,
            PlanType = stored?.Credential.Plan,
            Origin = account.Origin.Word(),
            AddedAt = account.AddedAt,
            LastUsed = account.LastUsed,
            IsActive = account == snapshot.Active,
            TokenExpired = stored?.IsExpired(now) ?? true,
            ExpiresAt = stored?.Credential.AccessToken.ExpiresAt,
            Problem = account.Login.Peek() is CredentialFailure failure ? failure.Message : null,
            Quota = stored is null ? null : QuotaView.Of(quotas.Known(stored.Credential.Key), now),
        };
    }
}

/// <summary>All accounts.</summary>
/// <param name="Accounts">Oldest first.</param>
/// <param name="ActiveAccount">Address of the one that serves, else its key; null when there is none.</param>
/// <param name="Total">How many there are.</param>
internal sealed record AccountListView(IReadOnlyList<AccountView> Accounts, string? ActiveAccount, int Total)
{
    public static AccountListView Of(AccountDirectory accounts, QuotaBook quotas, DateTimeOffset now)
    {
        var snapshot = accounts.Current;
        return new AccountListView(
            [.. snapshot.All.Select(account => AccountView.Of(account, snapshot, quotas, now))],
            snapshot.Active?.Name,
            snapshot.All.Count
        );
    }
}
