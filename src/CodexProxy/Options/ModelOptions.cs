using CodexProxy.Protocol.Models;

namespace CodexProxy.Options;

/// <summary>
/// Which upstream model serves which requested model. Names are upstream names, sent as given. Where two settings
/// name the same family, the more specific one (<see cref="Opus"/>, <see cref="Sonnet"/>, <see cref="Haiku"/>) wins.
/// </summary>
public sealed record ModelOptions
{
    /// <summary>Model of the large and main families. Default none: the catalogue's first.</summary>
    public string? Big { get; init; }

    /// <summary>Model of the small family. Default none: the catalogue's first small one.</summary>
    public string? Small { get; init; }

    /// <summary>Model of requests with thinking switched on. Default none: the family decides alone.</summary>
    public string? Thinking { get; init; }

    /// <summary>Model of the opus family, and of its equals. Default none.</summary>
    public string? Opus { get; init; }

    /// <summary>Model of the sonnet family. Default none.</summary>
    public string? Sonnet { get; init; }

    /// <summary>Model of the haiku family. Default none.</summary>
    public string? Haiku { get; init; }

    /// <summary>Send every requested name upstream as it is, before any other rule. Default off.</summary>
    public bool Passthrough { get; init; }

    /// <summary>Effort where the request asks for none. Default none: the model's own.</summary>
    public string? DefaultEffort { get; init; }

    /// <summary>Exact requested name → upstream name (which may carry an effort suffix). Default empty.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>These settings as the rules of name resolution.</summary>
    /// <param name="thinkingRequested">Whether the request asks for thinking.</param>
    public ModelRules Rules(bool thinkingRequested = false) =>
        new()
        {
            Aliases = Aliases,
            Large = Upstream(Opus) ?? Upstream(Big),
            Main = Upstream(Sonnet) ?? Upstream(Big),
            Small = Upstream(Haiku) ?? Upstream(Small),
            Thinking = Upstream(Thinking),
            ThinkingRequested = thinkingRequested,
            Passthrough = Passthrough,
        };

    // The client has variables of the same names, which hold its own names: a shell set up for it must not mislead us.
    private static string? Upstream(string? name) =>
        name?.StartsWith("claude-", StringComparison.OrdinalIgnoreCase) == true ? null : name;
}
