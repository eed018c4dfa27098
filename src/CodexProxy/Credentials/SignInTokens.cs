using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>What a completed sign-in gave out.</summary>
/// <param name="IdToken">Names the person, the workspace and the plan.</param>
/// <param name="AccessToken">What requests carry.</param>
/// <param name="RefreshToken">Single-use token for the next refresh.</param>
public sealed record SignInTokens(Secret IdToken, Secret AccessToken, Secret RefreshToken);
