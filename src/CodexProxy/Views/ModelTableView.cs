using CodexProxy.Protocol.Models;

namespace CodexProxy.Views;

/// <summary>The models of the account, and which of them serve the client's families.</summary>
/// <param name="Source"><c>live</c>, <c>kept</c> (on disk, from an earlier run) or <c>built-in</c>.</param>
/// <param name="Models">In the vendor's order.</param>
/// <param name="Families">Family word to upstream model.</param>
internal sealed record ModelTableView(
    string Source,
    IReadOnlyList<ModelRow> Models,
    IReadOnlyDictionary<string, string> Families
)
{
    private static readonly string[] Words = ["opus", "sonnet", "haiku"];

    /// <summary>The table under the user's rules.</summary>
    public static ModelTableView Of(string source, ModelCatalogue catalogue, ModelRules rules, bool hiddenToo)
    {
        var families = Words
            .Select(word => (Word: word, Resolved: ModelResolver.Resolve($"claude-{word}", catalogue, rules)))
            .Where(family => family.Resolved is not null)
            .ToDictionary(family => family.Word, family => Name(family.Resolved!));
        return new ModelTableView(
            source,
            [
                .. catalogue
                    .Models.Where(model => model.Listed || hiddenToo)
                    .Concat(rules.Upstreams.SelectMany(upstream => upstream.Listed))
                    .Select(model => new ModelRow(
                        model.Slug,
                        model.DisplayName,
                        model.ContextWindow,
                        model.Efforts,
                        model.DefaultEffort,
                        model.PriorityTier,
                        model.Listed,
                        [
                            .. families
                                .Where(family =>
                                    family.Value == model.Slug || WithoutSuffix(family.Value, catalogue) == model.Slug
                                )
                                .Select(family => family.Key),
                        ]
                    )),
            ],
            families
        );
    }

    private static string Name(ResolvedModel resolved) =>
        resolved.Model.Slug + (resolved.Effort is { } effort ? "-" + effort : "") + (resolved.Fast ? "-fast" : "");

    private static string? WithoutSuffix(string name, ModelCatalogue catalogue) =>
        ModelResolver.Resolve(name, catalogue, new ModelRules())?.Model.Slug;
}

/// <summary>One model.</summary>
/// <param name="Id">Name on the wire.</param>
/// <param name="Name">Name for people.</param>
/// <param name="ContextWindow">Working window in tokens.</param>
/// <param name="Efforts">Supported efforts, weakest first.</param>
/// <param name="DefaultEffort">Effort when none is asked for.</param>
/// <param name="Fast">Whether <c>-fast</c> (the priority tier) exists for it.</param>
/// <param name="Listed">Whether the vendor shows it to people.</param>
/// <param name="Serves">Families of the client it serves.</param>
internal sealed record ModelRow(
    string Id,
    string Name,
    int ContextWindow,
    IReadOnlyList<string> Efforts,
    string? DefaultEffort,
    bool Fast,
    bool Listed,
    IReadOnlyList<string> Serves
);
