using System.Collections.Frozen;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Models;

/// <summary>The models an account can be served with. Immutable; a newer one replaces it whole.</summary>
public sealed class ModelCatalogue
{
    private static readonly string[] WireEfforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    private readonly FrozenDictionary<string, CodexModel> _bySlug;

    /// <summary>A catalogue of these models; a slug that comes twice counts once.</summary>
    public ModelCatalogue(IEnumerable<CodexModel> models)
    {
        Models = [.. models.DistinctBy(model => model.Slug).OrderBy(model => model.Priority)];
        _bySlug = Models.ToFrozenDictionary(model => model.Slug);
    }

    /// <summary>The table built in, for the time before the first live answer.</summary>
    public static ModelCatalogue Embedded { get; } = new(EmbeddedModels.All);

    /// <summary>Every model, in the vendor's order.</summary>
    public IReadOnlyList<CodexModel> Models { get; }

    /// <summary>The models people choose from, in the vendor's order.</summary>
    public IEnumerable<CodexModel> Listed => Models.Where(model => model.Listed);

    /// <summary>The model of this name; null when the catalogue has none.</summary>
    public CodexModel? Find(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <summary>The model for main and large work: the first in the vendor's order.</summary>
    public CodexModel Main => Listed.FirstOrDefault() ?? Models[0];

    /// <summary>The model for small work: the first that is named as small, else <see cref="Main"/>.</summary>
    public CodexModel Small =>
        Listed.FirstOrDefault(model =>
            model.Slug.Contains("luna", StringComparison.Ordinal)
            || model.Slug.Contains("mini", StringComparison.Ordinal)
        ) ?? Main;

    /// <summary>Reads the answer of the models endpoint. Members it lacks get the values of an unknown model.</summary>
    /// <exception cref="JsonException">It is not JSON, or names no model.</exception>
    public static ModelCatalogue Parse(ReadOnlyMemory<byte> body)
    {
        using var document = SoundJson.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
        if (document.RootElement.Member("models") is not { ValueKind: JsonValueKind.Array } models)
        {
            throw new JsonException("The catalogue has no list of models.");
        }

        var read = new List<CodexModel>();
        foreach (var model in models.EnumerateArray())
        {
            if (model.Text("slug") is { Length: > 0 } slug)
            {
                read.Add(Read(slug, model));
            }
        }

        return read.Count > 0 ? new ModelCatalogue(read) : throw new JsonException("The catalogue is empty.");
    }

    private static CodexModel Read(string slug, JsonElement model) =>
        new()
        {
            Slug = slug,
            DisplayName = model.Text("display_name") ?? slug,
            Description = model.Text("description"),
            Efforts = Efforts(model),
            DefaultEffort = model.Text("default_reasoning_level"),
            ContextWindow = model.Number("context_window") is > 0 and <= int.MaxValue and var window
                ? (int)window
                : CodexModel.Unknown(slug).ContextWindow,
            Listed = model.Text("visibility") == "list",
            Priority = model.Number("priority") is >= int.MinValue and <= int.MaxValue and var priority
                ? (int)priority
                : int.MaxValue,
            Lite = model.Flag("use_responses_lite"),
            PriorityTier = Texts(model, "service_tiers", "id").Contains("priority"),
            Images =
                model.Member("input_modalities") is null || Texts(model, "input_modalities", null).Contains("image"),
            OriginalImageDetail = model.Flag("supports_image_detail_original"),
            MinimalClientVersion = model.Text("minimal_client_version"),
        };

    // Weakest first, whatever order the list has; levels that are no wire values are left out.
    private static string[] Efforts(JsonElement model)
    {
        var supported = Texts(model, "supported_reasoning_levels", "effort");
        return [.. WireEfforts.Where(supported.Contains)];
    }

    private static List<string> Texts(JsonElement model, string list, string? member)
    {
        var texts = new List<string>();
        if (model.Member(list) is { ValueKind: JsonValueKind.Array } entries)
        {
            foreach (var entry in entries.EnumerateArray())
            {
                var text =
                    entry.ValueKind == JsonValueKind.String ? entry.GetString()
                    : member is null ? null
                    : entry.Text(member);
                if (text is not null)
                {
                    texts.Add(text);
                }
            }
        }

        return texts;
    }
}
