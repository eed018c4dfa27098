using System.Text.Json.Serialization;
using CodexProxy.Codex;

namespace CodexProxy.Views;

/// <summary>The model behind the name <c>kilo</c>.</summary>
/// <param name="HaikuKiloModel">Its name there.</param>
/// <param name="KiloEnabled">Whether it may be asked.</param>
internal sealed record KiloAnswer(string HaikuKiloModel, bool KiloEnabled)
{
    [JsonPropertyOrder(-1)]
    public bool Success { get; } = true;
}

/// <summary>The free models that can be chosen.</summary>
/// <param name="Models">All of them.</param>
/// <param name="Current">The one in force.</param>
internal sealed record KiloModelsAnswer(IReadOnlyList<KiloModelEntry> Models, string Current)
{
    [JsonPropertyOrder(-1)]
    public bool Success { get; } = true;

    public static KiloModelsAnswer Of(IReadOnlyList<KiloModel> models, string current) =>
        new(
            [
                .. models.Select(model => new KiloModelEntry(
                    model.Id,
                    model.Name,
                    model.ContextLength,
                    model.SupportsTools
                )),
            ],
            current
        );
}

/// <summary>One of them.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Name">Name for people.</param>
/// <param name="ContextLength">Working window in tokens.</param>
/// <param name="SupportsTools">Whether it takes tools.</param>
internal sealed record KiloModelEntry(
    string Id,
    string Name,
    [property: JsonPropertyName("context_length")] int? ContextLength,
    bool SupportsTools
);
