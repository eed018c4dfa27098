using CodexProxy.Options;
using CodexProxy.Protocol.Models;

namespace CodexProxy.Views;

/// <summary>The models, and which name of a client means which of them.</summary>
/// <param name="Source"><c>live</c>, <c>kept</c> or <c>built-in</c>.</param>
/// <param name="Models">In the vendor's order.</param>
/// <param name="Families">Family word to upstream model.</param>
/// <param name="Mapping">Names that clients use.</param>
internal sealed record ModelsView(
    string Source,
    IReadOnlyList<ModelRow> Models,
    IReadOnlyDictionary<string, string> Families,
    IReadOnlyList<MappingRow> Mapping
)
{
    public static ModelsView Of(string source, ModelCatalogue catalogue, ModelRules rules, ProxyOptions options)
    {
        var table = ModelTableView.Of(source, catalogue, rules, hiddenToo: true);
        var models = options.Models;
        var rows = new List<MappingRow>();
        foreach (var (family, model) in table.Families)
        {
            rows.Add(
                new MappingRow(
                    family,
                    model,
                    family switch
                    {
                        "opus" => Cause(options, ("models.opus", models.Opus), ("models.big", models.Big)),
                        "sonnet" => Cause(options, ("models.sonnet", models.Sonnet), ("models.big", models.Big)),
                        _ => Cause(options, ("models.haiku", models.Haiku), ("models.small", models.Small)),
                    }
                )
            );
        }

        if (rules.Thinking is { } thinking)
        {
            rows.Add(new MappingRow("with thinking", thinking, Origin(options, "models.thinking")));
        }

        rows.AddRange(
            models.Aliases.Select(alias => new MappingRow(alias.Key, alias.Value, Origin(options, "models.aliases")))
        );
        rows.AddRange(
            rules
                .Upstreams.Where(upstream => upstream is { Enabled: true, Default: not null })
                .Select(upstream => new MappingRow(upstream.Name, $"{upstream.Name}/{upstream.Default}", "upstreams"))
        );
        return new ModelsView(table.Source, table.Models, table.Families, rows);
    }

    // The client's own names stand for nothing here: see ModelOptions.
    private static string Cause(ProxyOptions options, params ReadOnlySpan<(string Path, string? Value)> settings)
    {
        foreach (var (path, value) in settings)
        {
            if (value is not null && !value.StartsWith("claude-", StringComparison.OrdinalIgnoreCase))
            {
                return Origin(options, path);
            }
        }

        return "catalogue";
    }

    private static string Origin(ProxyOptions options, string path) =>
        options.SourceOf(path) is { Origin: not OptionOrigin.File, Name: { Length: > 0 } name } ? name : path;
}

/// <summary>What a name means.</summary>
/// <param name="Name">A family, an alias, or the name of an upstream.</param>
/// <param name="Model">The upstream model.</param>
/// <param name="Source"><c>catalogue</c>, or the setting or variable that says so.</param>
internal sealed record MappingRow(string Name, string Model, string Source);

/// <summary>How a try of a model went.</summary>
internal sealed record TrialView
{
    /// <summary>Whether there was an answer.</summary>
    public required bool Ok { get; init; }

    /// <summary>Id of the request; its record tells the rest.</summary>
    public required string RequestId { get; init; }

    /// <summary>The name that was tried.</summary>
    public required string Model { get; init; }

    /// <summary>Model that served.</summary>
    public string? Served { get; init; }

    /// <summary>Milliseconds to the first output.</summary>
    public long? FirstMs { get; init; }

    /// <summary>Milliseconds to the end.</summary>
    public required long TotalMs { get; init; }

    /// <summary>The upstream's counts.</summary>
    public Records.TokenCounts? Tokens { get; init; }

    /// <summary>What it answered.</summary>
    public string? Text { get; init; }

    /// <summary>Why there was no answer.</summary>
    public string? Error { get; init; }
}
