namespace CodexProxy.Protocol.Models;

/// <summary>The catalogue of client version 0.169.0. The live one wins as soon as it is known.</summary>
internal static class EmbeddedModels
{
    private static readonly string[] ToMax = ["low", "medium", "high", "xhigh", "max"];
    private static readonly string[] ToExtraHigh = ["low", "medium", "high", "xhigh"];

    public static IReadOnlyList<CodexModel> All { get; } =
    [
        Model("gpt-6.1-sol", "GPT-6.1-Sol", 1, "low", "0.153.0"),
        Model("gpt-6-astra", "GPT-6-Astra", 2, "low", "0.153.0"),
        Model("gpt-6-sol", "GPT-6-Sol", 3, "medium", "0.155.0"),
        Model("gpt-6-luna", "GPT-6-Luna", 4, "medium", "0.155.0"),
        Model("gpt-5.6-sol", "GPT-5.6-Sol", 5, "low", "0.144.0"),
        Model("gpt-6.1-terra", "GPT-6.1 Terra", 7, "low", "0.153.0") with
        {
            ContextWindow = 500_000,
        },
        Model("gpt-5.6-terra", "GPT-5.6-Terra", 8, "medium", "0.144.0"),
        Model("gpt-5.6-luna", "GPT-5.6-Luna", 9, "medium", "0.144.0"),
        Hidden("gpt-daybreak-blue-latest", "Daybreak Blue", 11, "low", "0.142.2") with
        {
            PriorityTier = false,
        },
        Hidden("gpt-daybreak-red-latest", "Daybreak Red", 12, "medium", "0.142.2") with
        {
            PriorityTier = false,
            ContextWindow = 372_000,
        },
        Model("gpt-5.5", "GPT-5.5", 13, "medium", "0.124.0") with
        {
            Efforts = ToExtraHigh,
            Lite = false,
        },
        Hidden("codex-auto-review", "Codex Auto Review", 43, "medium", "0.98.0"),
    ];

    private static CodexModel Model(string slug, string name, int priority, string effort, string version) =>
        new()
        {
            Slug = slug,
            DisplayName = name,
            Efforts = ToMax,
            DefaultEffort = effort,
            Listed = true,
            Priority = priority,
            Lite = true,
            PriorityTier = true,
            OriginalImageDetail = true,
            MinimalClientVersion = version,
        };

    private static CodexModel Hidden(string slug, string name, int priority, string effort, string version) =>
        Model(slug, name, priority, effort, version) with
        {
            Listed = false,
        };
}
