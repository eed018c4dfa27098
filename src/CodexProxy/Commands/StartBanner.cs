using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>What <c>serve</c> prints once it listens: at most six lines, the last of which can be pasted.</summary>
internal static class StartBanner
{
    /// <summary>Writes the banner.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="options">The settings in force.</param>
    /// <param name="address">The bound address, with the port that was really taken.</param>
    /// <param name="login">The state of the login.</param>
    /// <param name="configPath">The settings file as shown to people; null when there is none.</param>
    public static void Write(
        Terminal terminal,
        ProxyOptions options,
        Uri address,
        CredentialResult login,
        string? configPath
    )
    {
        terminal.Heading($"{ProductInfo.Name} {ProductInfo.Version}");
        terminal.Labelled("address", address.GetLeftPart(UriPartial.Authority));
        terminal.Labelled("account", Describe(login));
        if (configPath is not null)
        {
            terminal.Labelled("settings", configPath);
        }

        terminal.Labelled("paste", ShellLine(address, Key(terminal, options), OperatingSystem.IsWindows()));
    }

    /// <summary>The line that makes a shell's Claude Code use this gateway.</summary>
    public static string ShellLine(Uri address, string key, bool powerShell)
    {
        var url = ReachableAddress.Of(address);
        return powerShell
            ? $"$env:ANTHROPIC_BASE_URL=\"{url}\"; $env:ANTHROPIC_AUTH_TOKEN={key}; claude"
            : $"ANTHROPIC_BASE_URL={url} ANTHROPIC_AUTH_TOKEN={key} claude";
    }

    // A banner that goes to a file or a pipe is a log, and a log holds no keys.
    private static string Key(Terminal terminal, ProxyOptions options) =>
        terminal.IsInteractive ? LocalKey.OfInstallation(options.Home).Reveal() : $"\"$({ProductInfo.Name} key)\"";

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
