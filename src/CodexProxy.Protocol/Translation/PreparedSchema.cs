using System.Collections.Concurrent;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>A tool's schema made ready once. The same schema comes with every turn of a session.</summary>
/// <param name="Schema">After the repairs.</param>
/// <param name="AllowsStrict">Whether strict mode would not change its meaning.</param>
/// <param name="OptionalTexts">Optional top-level text arguments.</param>
/// <param name="NeverEmpty">Those of them whose schema forbids the empty text.</param>
internal sealed record PreparedSchema(
    JsonElement Schema,
    bool AllowsStrict,
    IReadOnlyList<string> OptionalTexts,
    IReadOnlyList<string> NeverEmpty
)
{
    private const int Capacity = 1024;

    private static readonly ConcurrentDictionary<string, PreparedSchema> Known = new();

    /// <summary>The schema, prepared.</summary>
    public static PreparedSchema Of(JsonElement? schema)
    {
        var text = schema?.GetRawText() ?? "";
        if (Known.TryGetValue(text, out var known))
        {
            return known;
        }

        if (Known.Count >= Capacity)
        {
            Known.Clear();
        }

        return Known.GetOrAdd(text, Prepare(schema));
    }

    private static PreparedSchema Prepare(JsonElement? schema)
    {
        var repaired = SchemaRepair.Repair(schema);
        var optional = new List<string>();
        var neverEmpty = new List<string>();
        var required = Texts(repaired.Member("required")).ToHashSet();
        if (repaired.Member("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var property in properties.EnumerateObject())
            {
                if (property.Value.Text("type") == "string" && !required.Contains(property.Name))
                {
                    optional.Add(property.Name);
                    if (ForbidsEmpty(property.Value))
                    {
                        neverEmpty.Add(property.Name);
                    }
                }
            }
        }

        return new PreparedSchema(repaired, StrictSchema.Allows(repaired), optional, neverEmpty);
    }

    private static bool ForbidsEmpty(JsonElement property) =>
        property.Number("minLength") >= 1
        || property.Member("format") is not null
        || (property.Member("enum") is { ValueKind: JsonValueKind.Array } values && !Texts(values).Contains(""));

    private static List<string> Texts(JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } entries
            ?
            [
                .. entries
                    .EnumerateArray()
                    .Where(entry => entry.ValueKind == JsonValueKind.String)
                    .Select(entry => entry.GetString()!),
            ]
            : [];
}
