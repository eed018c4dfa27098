namespace CodexProxy.Simulator.Models;

/// <summary>One model as the catalogue of the 0.169.0 client lists it.</summary>
/// <param name="Slug">Name on the wire.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Priority">Place in the list, lowest first.</param>
/// <param name="MinimalClientVersion">Oldest client that may use it.</param>
/// <param name="DefaultEffort">Effort when none is asked for.</param>
/// <param name="HighestEffort">Last of <c>low medium high xhigh max ultra</c> that is offered.</param>
public sealed record CatalogueModel(
    string Slug,
    string DisplayName,
    int Priority,
    string MinimalClientVersion,
    string DefaultEffort,
    string HighestEffort
)
{
    private static readonly string[] EffortLadder = ["low", "medium", "high", "xhigh", "max", "ultra"];

    /// <summary>Working window in tokens, input and output together.</summary>
    public int ContextWindow { get; init; } = 272_000;

    /// <summary>Largest window, by explicit choice only, in tokens.</summary>
    public int MaximumContextWindow { get; init; } = 872_000;

    /// <summary>Whether the vendor's client uses the lite shape for it.</summary>
    public bool UsesLiteShape { get; init; } = true;

    /// <summary>Whether people see it in lists.</summary>
    public bool IsVisible { get; init; } = true;

    /// <summary>Whether <c>service_tier:"priority"</c> is offered.</summary>
    public bool HasPriorityTier { get; init; } = true;

    /// <summary>Tier when none is asked for, or null.</summary>
    public string? DefaultTier { get; init; }

    /// <summary>Verbosity when none is asked for.</summary>
    public string DefaultVerbosity { get; init; } = "low";

    /// <summary>Model the service wants people to move to, or null.</summary>
    public string? Upgrade { get; init; }

    /// <summary>Special field such as <c>cyber</c>, or null.</summary>
    public string? Specialty { get; init; }

    /// <summary>Efforts that the catalogue lists, in rising order.</summary>
    public IEnumerable<string> ListedEfforts =>
        EffortLadder.TakeWhile(effort => effort != HighestEffort).Append(HighestEffort);

    /// <summary>Efforts accepted on the wire: <c>ultra</c> is a mode of the vendor's client, never a wire value.</summary>
    public IEnumerable<string> WireEfforts => ListedEfforts.Where(effort => effort != "ultra");

    /// <summary>The twelve models of the embedded catalogue.</summary>
    public static IReadOnlyList<CatalogueModel> All { get; } =
    [
        new("gpt-6.1-sol", "GPT-6.1-Sol", 1, "0.153.0", "low", "ultra"),
        new("gpt-6-astra", "GPT-6-Astra", 2, "0.153.0", "low", "ultra"),
        new("gpt-6-sol", "GPT-6-Sol", 3, "0.155.0", "medium", "ultra") { DefaultTier = "priority" },
        new("gpt-6-luna", "GPT-6-Luna", 4, "0.155.0", "medium", "max") { DefaultTier = "priority" },
        new("gpt-5.6-sol", "GPT-5.6-Sol", 5, "0.144.0", "low", "ultra") { Upgrade = "gpt-6-sol" },
        new("gpt-6.1-terra", "GPT-6.1 Terra", 7, "0.153.0", "low", "ultra") { ContextWindow = 500_000 },
        new("gpt-5.6-terra", "GPT-5.6-Terra", 8, "0.144.0", "medium", "ultra") { Upgrade = "gpt-6-sol" },
        new("gpt-5.6-luna", "GPT-5.6-Luna", 9, "0.144.0", "medium", "max") { Upgrade = "gpt-6-luna" },
        new("gpt-daybreak-blue-latest", "Daybreak Blue", 11, "0.142.2", "low", "ultra")
        {
            IsVisible = false,
            HasPriorityTier = false,
            Specialty = "cyber",
        },
        new("gpt-daybreak-red-latest", "Daybreak Red", 12, "0.142.2", "medium", "ultra")
        {
            ContextWindow = 372_000,
            MaximumContextWindow = 372_000,
            IsVisible = false,
            HasPriorityTier = false,
            DefaultVerbosity = "high",
            Specialty = "cyber",
        },
        new("gpt-5.5", "GPT-5.5", 13, "0.124.0", "medium", "xhigh")
        {
            MaximumContextWindow = 272_000,
            UsesLiteShape = false,
            Upgrade = "gpt-6-sol",
        },
        new("codex-auto-review", "Codex Auto Review", 43, "0.98.0", "medium", "max") { IsVisible = false },
    ];
}
