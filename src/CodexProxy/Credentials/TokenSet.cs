using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>The tokens of one login, as they are stored.</summary>
public sealed record TokenSet
{
    /// <summary>Client id of the Codex CLI, which owns the login that is shared.</summary>
    public const string CodexClientId = "app_EMoamEEZ73f0CkXaXp7hrann";

    private static readonly TimeSpan RefreshBeforeExpiry = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RefreshWithoutExpiry = TimeSpan.FromDays(8);

    /// <summary>What requests are signed with.</summary>
    public required Credential Credential { get; init; }

    /// <summary>Single-use token for the next refresh; null when the login cannot be refreshed.</summary>
    public Secret? RefreshToken { get; init; }

    /// <summary>Client the tokens were issued to.</summary>
    public string ClientId { get; init; } = CodexClientId;

    /// <summary>When the tokens were last written; null when the file does not say.</summary>
    public DateTimeOffset? LastRefresh { get; init; }

    /// <summary>
    /// Whether a refresh should come before the next use: at most five minutes of life left, or, for a token that
    /// does not say when it ends, eight days since the last refresh.
    /// </summary>
    public bool IsDue(DateTimeOffset now) =>
        Credential.AccessToken.ExpiresAt is { } expiry
            ? expiry - now <= RefreshBeforeExpiry
            : LastRefresh is { } last && now - last > RefreshWithoutExpiry;

    /// <summary>Whether the token has certainly ended.</summary>
    public bool IsExpired(DateTimeOffset now) => Credential.AccessToken.ExpiresAt <= now;

    /// <summary>Whether both hold the same pair of tokens.</summary>
    public bool HasSameTokens(TokenSet other) =>
        Credential.AccessToken.Equals(other.Credential.AccessToken) && Equals(RefreshToken, other.RefreshToken);
}
