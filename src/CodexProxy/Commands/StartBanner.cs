using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>What <c>serve</c> prints once it listens: at most six lines, the last of which can be pasted.</summary>
internal static class StartBanner
{
    /// <summary>Writes the banner.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="ownCommand">The shell command that runs this program.</param>
    /// <param name="address">The bound address, with the port that was really taken.</param>
    /// <param name="login">The state of the login.</param>
    /// <param name="configPath">The settings file as shown to people; null when there is none.</param>
    /// <param name="dashboard">A link that opens the dashboard once; null where a log may be reading.</param>
    public static void Write(
        Terminal terminal,
        string ownCommand,
        Uri address,
        CredentialResult login,
        string? configPath,
        string? dashboard
    )
    {
        terminal.Heading($"{ProductInfo.Name} {ProductInfo.Version}");
        terminal.Labelled("address", address.GetLeftPart(UriPartial.Authority));
        terminal.Labelled("account", Describe(login));
        if (configPath is not null)
        {
            terminal.Labelled("settings", configPath);
        }

        terminal.Labelled("dashboard", dashboard ?? $"{ownCommand} dashboard", whole: true);
        // Not the variables themselves: they hold a key, and without all of them the client takes the models for others.
        terminal.Labelled("paste", $"{ownCommand} claude", whole: true);
    }

    private static string Describe(CredentialResult login) =>
        login switch
        {
            Credential { Email: { } email, Plan: { } plan } => $"signed in as {email} ({plan})",
            Credential { Plan: { } plan } => $"signed in ({plan})",
            Credential => "signed in",
            CredentialFailure failure => failure.Message,
            _ => throw new InvalidOperationException($"Unknown result {login.GetType().Name}."),
        };
}
