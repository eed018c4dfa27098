using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Tokens;

/// <summary>
/// A schema as the type text a model is believed to read: <c>key?: type, // description</c>. Only its length in tokens
/// matters.
/// </summary>
internal static class SchemaText
{
    public static string Write(JsonElement schema)
    {
        var text = new StringBuilder();
        WriteObject(text, schema, 0);
        return text.ToString();
    }

    private static void WriteObject(StringBuilder text, JsonElement schema, int depth)
    {
        text.Append("{\n");
        var required = schema.Member("required") is { ValueKind: JsonValueKind.Array } names
            ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet()
            : [];
        if (schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var property in properties.EnumerateObject())
            {
                text.Append(property.Name).Append(required.Contains(property.Name) ? ": " : "?: ");
                WriteType(text, property.Value, depth + 1);
                text.Append(',');
                if (property.Value.Text("description") is { } description)
                {
                    text.Append(" // ").Append(description);
                }

                text.Append('\n');
            }
        }

        text.Append('}');
    }

    private static void WriteType(StringBuilder text, JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > 16)
        {
            text.Append("any");
        }
        else if (schema.Member("enum") is { ValueKind: JsonValueKind.Array } values)
        {
            text.AppendJoin(" | ", values.EnumerateArray().Select(value => value.GetRawText()));
        }
        else if (Union(schema) is { } branches)
        {
            var first = true;
            foreach (var branch in branches.EnumerateArray())
            {
                text.Append(first ? "" : " | ");
                WriteType(text, branch, depth + 1);
                first = false;
            }
        }
        else if (schema.Text("type") == "array")
        {
            WriteType(text, schema.Member("items") ?? schema, depth + 8);
            text.Append("[]");
        }
        else if (schema.Text("type") == "object")
        {
            WriteObject(text, schema, depth);
        }
        else
        {
            text.Append(schema.Text("type") is "integer" ? "number" : schema.Text("type") ?? "any");
        }
    }

    private static JsonElement? Union(JsonElement schema) =>
        schema.Member("anyOf") is { ValueKind: JsonValueKind.Array } any ? any
        : schema.Member("oneOf") is { ValueKind: JsonValueKind.Array } one ? one
        : null;
}
