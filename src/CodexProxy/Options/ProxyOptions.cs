using CodexProxy.Protocol.Models;

namespace CodexProxy.Options;

/// <summary>
/// Every setting of the program, as one immutable value. Made by <see cref="OptionsLoader"/>; the current one is at
/// <see cref="OptionsSource.Current"/>, which a long-lived object reads per request instead of keeping a copy.
/// </summary>
public sealed record ProxyOptions
{
    /// <summary>Folder of the program's own state. Default <c>~/.codex-proxy</c>. Needs a restart.</summary>
    public string Home { get; init; } = "";

    /// <summary>
    /// The configuration file. Default <c>config.json</c> in <see cref="Home"/>, which need not exist.
    /// </summary>
    public string ConfigPath { get; init; } = "";

    /// <summary>The named keys of clients.</summary>
    public string KeysPath => Path.Combine(Home, "keys.json");

    /// <summary>What the named keys have used of their day.</summary>
    public string KeyUsagePath => Path.Combine(Home, "key-usage.json");

    /// <summary>
    /// Folder of the Codex CLI, whose login is used in place. Default <c>~/.codex</c>. Needs a restart.
    /// </summary>
    public string CodexHome { get; init; } = "";

    /// <summary>
    /// Least severe log line written. Default <see cref="LogLevel.Information"/>; <c>--verbose</c> sets Debug.
    /// </summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Where and for whom the program listens.</summary>
    public ServerOptions Server { get; init; } = new();

    /// <summary>Where logins are kept, and whether several of them serve.</summary>
    public AccountOptions Accounts { get; init; } = new();

    /// <summary>The backend and how the program names itself to it.</summary>
    public UpstreamOptions Upstream { get; init; } = new();

    /// <summary>Other upstreams than the Codex backend.</summary>
    public AlternateOptions Alternates { get; init; } = new();

    /// <summary>Which upstream model serves which requested model.</summary>
    public ModelOptions Models { get; init; } = new();

    /// <summary>How messages are translated where there is a choice.</summary>
    public MessageOptions Messages { get; init; } = new();

    /// <summary>What is kept of the requests.</summary>
    public UsageOptions Usage { get; init; } = new();

    /// <summary>How a person signs in.</summary>
    public LoginOptions Login { get; init; } = new();

    /// <summary>Where and how the gateway logs.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>The settings that decide on models as the rules of name resolution.</summary>
    /// <param name="thinkingRequested">Whether the request asks for thinking.</param>
    /// <param name="kiloModel">Model chosen for <c>kilo</c> at run time; null for the configured one.</param>
    public ModelRules ModelRules(bool thinkingRequested = false, string? kiloModel = null) =>
        Models.Rules(thinkingRequested) with
        {
            Upstreams = Alternates.Models(kiloModel),
        };

    /// <summary>
    /// Where each value came from, by <see cref="Setting.Path"/>; a path that is absent has its default.
    /// </summary>
    public IReadOnlyDictionary<string, OptionSource> Sources { get; init; } = new Dictionary<string, OptionSource>();

    /// <summary>Where the value of one setting came from.</summary>
    public OptionSource SourceOf(string path) => Sources.GetValueOrDefault(path, OptionSource.Default);
}
