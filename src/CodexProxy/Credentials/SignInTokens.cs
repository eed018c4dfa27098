using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>The tokens of a new sign-in, all three of them.</summary>
/// <param name="IdToken">Says who the person is.</param>
/// <param name="AccessToken">Signs requests.</param>
/// <param name="RefreshToken">Single-use token for the first refresh.</param>
public sealed record SignInTokens(Secret IdToken, Secret AccessToken, Secret RefreshToken);
