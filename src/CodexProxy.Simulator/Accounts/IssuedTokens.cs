namespace CodexProxy.Simulator.Accounts;

/// <summary>What one sign-in or refresh gave out.</summary>
/// <param name="Account">Whose tokens these are.</param>
/// <param name="IdToken">JWT with the person's claims.</param>
/// <param name="AccessToken">JWT that requests carry.</param>
/// <param name="RefreshToken">Single-use token for the next refresh.</param>
/// <param name="AccessExpiresAt">End of the access token's life.</param>
public sealed record IssuedTokens(
    SimulatedAccount Account,
    string IdToken,
    string AccessToken,
    string RefreshToken,
    DateTimeOffset AccessExpiresAt
);
