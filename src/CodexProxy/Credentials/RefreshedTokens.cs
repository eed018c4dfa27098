using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>What the issuer made of a refresh.</summary>
public abstract record RefreshOutcome;

/// <summary>New tokens. A member that is null keeps its stored value.</summary>
/// <param name="AccessToken">New access token.</param>
/// <param name="RefreshToken">New refresh token; the old one is spent.</param>
/// <param name="IdToken">New id token.</param>
public sealed record RefreshedTokens(Secret? AccessToken, Secret? RefreshToken, Secret? IdToken) : RefreshOutcome
{
    /// <summary>These tokens, and where one is missing, that of an earlier answer.</summary>
    public RefreshedTokens Over(RefreshedTokens? earlier) =>
        new(AccessToken ?? earlier?.AccessToken, RefreshToken ?? earlier?.RefreshToken, IdToken ?? earlier?.IdToken);
}

/// <summary>The refresh token will never work again.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record RefreshRefused(string Reason) : RefreshOutcome;

/// <summary>The issuer could not be asked; a later attempt may succeed.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record RefreshUnavailable(string Reason) : RefreshOutcome;

/// <summary>Why a refresh is made; told to the issuer.</summary>
public enum RefreshReason
{
    /// <summary>The access token is about to end.</summary>
    ProactiveExpiry,

    /// <summary>The backend has refused the access token.</summary>
    UnauthorizedRecovery,

    /// <summary>A person asked for it.</summary>
    Forced,
}
