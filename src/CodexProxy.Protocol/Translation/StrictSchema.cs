using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Whether a schema may be enforced strictly as it is. Rewriting one for it would change what the client receives: strict
/// mode has no optional members.
/// </summary>
internal static class StrictSchema
{
    private static readonly string[] Forbidden =
    [
        "allOf",
        "oneOf",
        "not",
        "if",
        "patternProperties",
        "dependentRequired",
        "default",
        "uniqueItems",
    ];

    /// <summary>Whether every object is closed, every member required, and no keyword stands in the way.</summary>
    public static bool Allows(JsonElement schema) => schema.ValueKind != JsonValueKind.Object || AllowsObject(schema);

    private static bool AllowsObject(JsonElement schema)
    {
        if (Forbidden.Any(keyword => schema.TryGetProperty(keyword, out _)) || !IsClosed(schema))
        {
            return false;
        }

        foreach (var member in schema.EnumerateObject())
        {
            var allowed = member.Name switch
            {
                "properties" or "$defs" or "definitions" when member.Value.ValueKind == JsonValueKind.Object => member
                    .Value.EnumerateObject()
                    .All(child => Allows(child.Value)),
                "items" or "additionalProperties" => Allows(member.Value),
                "anyOf" when member.Value.ValueKind == JsonValueKind.Array => member.Value.EnumerateArray().All(Allows),
                _ => true,
            };
            if (!allowed)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsClosed(JsonElement schema)
    {
        var properties = schema.Member("properties");
        if (schema.Text("type") != "object" && properties is null)
        {
            return true;
        }

        if (schema.Member("additionalProperties") is not { ValueKind: JsonValueKind.False })
        {
            return false;
        }

        var required = schema.Member("required") is { ValueKind: JsonValueKind.Array } names
            ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet()
            : [];
        return properties is not { ValueKind: JsonValueKind.Object } members
            || members.EnumerateObject().All(member => required.Contains(member.Name));
    }
}
