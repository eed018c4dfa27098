using System.Reflection;
using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Hosting;

/// <summary>What the gateway takes from outside, so that a test can start the whole program in memory.</summary>
public sealed record GatewaySurroundings
{
    /// <summary>The surroundings of the real program.</summary>
    public static GatewaySurroundings Real { get; } = new();

    /// <summary>Clock of everything.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the source of jitter of one request's retries.</summary>
    public Func<Random> NewJitter { get; init; } = static () => new Random();

    /// <summary>
    /// Carries every request to the backend and to the token endpoint; null for real sockets. Stays the caller's.
    /// </summary>
    public HttpMessageHandler? Upstream { get; init; }

    /// <summary>Shows an address to the person; false when there is no browser to do it.</summary>
    public Func<Uri, bool> OpenBrowser { get; init; } = SystemBrowser.Open;

    /// <summary>Where the settings can be read again; null for settings that never change.</summary>
    public OptionInputs? Inputs { get; init; }

    /// <summary>The key store of the system; null for the real one.</summary>
    internal ISecretVault? Vault { get; init; }

    /// <summary>Opens the key store.</summary>
    internal ISecretVault OpenVault(ProxyOptions options) =>
        Vault ?? new SystemKeyring(Path.Combine(options.Home, "keyring"));

    /// <summary>Opens the accounts of the user.</summary>
    internal AccountDirectory OpenAccounts(
        ProxyOptions options,
        ISecretVault vault,
        TokenClient client,
        ILogger<CodexLogin> logger,
        LoginWatch? watch = null
    )
    {
        var store = new AccountStore(options, path => Inputs?.Shown(path) ?? Path.GetFileName(path), Time, vault);
        return new AccountDirectory(store, client, Time, logger, watch);
    }

    /// <summary>The assembly that holds the dashboard's page.</summary>
    internal Assembly Page { get; init; } = typeof(GatewaySurroundings).Assembly;

    /// <summary>Where log entries go instead of the standard error stream; null for that.</summary>
    public ILoggerProvider? Logs { get; init; }

    /// <summary>Whether this is the server in the background, whose standard error stream is a file.</summary>
    public bool IsDetached { get; init; }
}
