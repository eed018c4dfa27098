using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>Properties and required members of a root whose unions are merged into it.</summary>
internal sealed record RootShape(
    IReadOnlyList<KeyValuePair<string, JsonElement>> Properties,
    IReadOnlyList<string>? Required
)
{
    private static readonly string[] RootUnions = ["anyOf", "oneOf", "allOf"];

    /// <param name="root">The schema whose members are merged.</param>
    /// <param name="whole">What references start from.</param>
    public static RootShape Of(JsonElement root, JsonElement whole)
    {
        var properties = new List<KeyValuePair<string, JsonElement>>();
        var known = new HashSet<string>();
        AddProperties(properties, known, root);
        var required = Names(root);
        foreach (var union in RootUnions)
        {
            if (root.Member(union) is not { ValueKind: JsonValueKind.Array } branches)
            {
                continue;
            }

            List<string>? ofBranches = null;
            foreach (var given in branches.EnumerateArray())
            {
                var branch =
                    given.Text("$ref") is { } reference && Resolve(whole, reference) is { } target ? target : given;
                AddProperties(properties, known, branch);
                var names = Names(branch) ?? [];
                ofBranches =
                    ofBranches is null ? names
                    : union == "allOf" ? [.. ofBranches.Union(names)]
                    : [.. ofBranches.Intersect(names)];
            }

            required = [.. (required ?? []).Union(ofBranches ?? [])];
        }

        return new RootShape(properties, required is null ? null : [.. required.Where(known.Contains)]);
    }

    /// <summary>The schema a local reference points at; null when it points nowhere.</summary>
    public static JsonElement? Resolve(JsonElement root, string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        JsonElement? current = root;
        foreach (var step in reference[2..].Split('/'))
        {
            current = current?.Member(
                step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
            );
        }

        return current is { ValueKind: JsonValueKind.Object } ? current : null;
    }

    private static void AddProperties(
        List<KeyValuePair<string, JsonElement>> properties,
        HashSet<string> known,
        JsonElement schema
    )
    {
        if (schema.Member("properties") is not { ValueKind: JsonValueKind.Object } own)
        {
            return;
        }

        foreach (var property in own.EnumerateObject())
        {
            if (known.Add(property.Name))
            {
                properties.Add(new(property.Name, property.Value));
            }
        }
    }

    private static List<string>? Names(JsonElement schema) =>
        schema.Member("required") is { ValueKind: JsonValueKind.Array } names
            ?
            [
                .. names
                    .EnumerateArray()
                    .Where(name => name.ValueKind == JsonValueKind.String)
                    .Select(name => name.GetString()!),
            ]
            : null;
}
