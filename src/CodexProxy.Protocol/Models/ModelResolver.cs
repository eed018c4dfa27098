namespace CodexProxy.Protocol.Models;

/// <summary>A requested name, resolved.</summary>
/// <param name="Model">The model that serves.</param>
/// <param name="Effort">Effort named by a suffix; it is stronger than any request field.</param>
/// <param name="Fast">Whether a suffix asks for the fast tier.</param>
public sealed record ResolvedModel(CodexModel Model, string? Effort = null, bool Fast = false);

/// <summary>What the user set about names. Names of models are upstream names and may carry an effort suffix.</summary>
public sealed record ModelRules
{
    /// <summary>Exact requested name → upstream name. First of all rules.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Model of the opus, fable and mythos families; null for the catalogue's main model.</summary>
    public string? Large { get; init; }

    /// <summary>Model of the sonnet family and of names without a family; null for the catalogue's main model.</summary>
    public string? Main { get; init; }

    /// <summary>Model of the haiku family; null for the catalogue's small model.</summary>
    public string? Small { get; init; }

    /// <summary>Model of Claude names other than the small family when the request asks for thinking; null for none.</summary>
    public string? Thinking { get; init; }

    /// <summary>Whether the request asks for thinking.</summary>
    public bool ThinkingRequested { get; init; }

    /// <summary>The alternate upstreams, switched on or not: names that begin with theirs mean nothing else.</summary>
    public IReadOnlyList<AlternateModels> Upstreams { get; init; } = [];

    /// <summary>The alternate upstream that a name means, under an alias as well; null for every other name.</summary>
    public AlternateModels? UpstreamOf(string requested)
    {
        var name = Aliases.GetValueOrDefault(requested, requested);
        return Upstreams.FirstOrDefault(upstream => upstream.Owns(name));
    }

    /// <summary>Send every name that the catalogue does not know upstream as it is.</summary>
    public bool Passthrough { get; init; }
}

/// <summary>
/// Finds the upstream model for a requested name. Claude names are mapped by the family word in them, never by a list: new
/// ones appear with every client release.
/// </summary>
public static class ModelResolver
{
    private const string DiscoveryPrefix = "claude-codex-";
    private static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>Resolves a name; null when nothing serves it.</summary>
    public static ResolvedModel? Resolve(string requested, ModelCatalogue catalogue, ModelRules rules)
    {
        if (rules.Aliases.TryGetValue(requested, out var alias))
        {
            return Configured(alias, catalogue, rules);
        }

        var name = requested.EndsWith("[1m]", StringComparison.Ordinal) ? requested[..^4] : requested;
        var discovered = name.StartsWith(DiscoveryPrefix, StringComparison.Ordinal);
        if (discovered)
        {
            name = name[DiscoveryPrefix.Length..];
        }

        if (rules.Upstreams.FirstOrDefault(other => other.Owns(name)) is { } upstream)
        {
            return upstream.Resolve(name);
        }

        if (Known(name, catalogue) is { } known)
        {
            return known;
        }

        if (
            name.StartsWith("gpt-", StringComparison.Ordinal)
            || name.StartsWith("codex-", StringComparison.Ordinal)
            || (rules.Passthrough && name.Length > 0)
        )
        {
            return new ResolvedModel(CodexModel.Unknown(name));
        }

        return !discovered && name.StartsWith("claude-", StringComparison.Ordinal)
            ? Family(name, catalogue, rules)
            : null;
    }

    /// <summary>A name the user wrote: known, with suffixes, or else sent as it is.</summary>
    private static ResolvedModel? Configured(string name, ModelCatalogue catalogue, ModelRules rules) =>
        rules.Upstreams.FirstOrDefault(upstream => upstream.Owns(name)) is { } upstream
            ? upstream.Resolve(name)
            : Known(name, catalogue) ?? new ResolvedModel(CodexModel.Unknown(name));

    private static ResolvedModel? Known(string name, ModelCatalogue catalogue)
    {
        if (catalogue.Find(name) is { } exact)
        {
            return new ResolvedModel(exact);
        }

        var fast = name.EndsWith("-fast", StringComparison.Ordinal);
        var rest = fast ? name[..^5] : name;
        if (fast && catalogue.Find(rest) is { } quick)
        {
            return new ResolvedModel(quick, Fast: true);
        }

        foreach (var effort in Efforts)
        {
            if (
                rest.EndsWith(effort, StringComparison.Ordinal)
                && rest.Length > effort.Length + 1
                && rest[^(effort.Length + 1)] == '-'
                && catalogue.Find(rest[..^(effort.Length + 1)]) is { } model
            )
            {
                return new ResolvedModel(model, effort, fast);
            }
        }

        return null;
    }

    private static ResolvedModel? Family(string name, ModelCatalogue catalogue, ModelRules rules)
    {
        if (name.Contains("haiku", StringComparison.Ordinal))
        {
            return rules.Small is { } small ? Configured(small, catalogue, rules) : new ResolvedModel(catalogue.Small);
        }

        if (rules is { ThinkingRequested: true, Thinking: { } thinking })
        {
            return Configured(thinking, catalogue, rules);
        }

        var large =
            name.Contains("opus", StringComparison.Ordinal)
            || name.Contains("fable", StringComparison.Ordinal)
            || name.Contains("mythos", StringComparison.Ordinal);
        return (large ? rules.Large : rules.Main) is { } configured
            ? Configured(configured, catalogue, rules)
            : new ResolvedModel(catalogue.Main);
    }
}
