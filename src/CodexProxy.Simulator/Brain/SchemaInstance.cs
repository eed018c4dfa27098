using System.Text.Json;

namespace CodexProxy.Simulator.Brain;

/// <summary>Makes the smallest instance that a JSON schema plainly allows: required members only, first choices.</summary>
internal static class SchemaInstance
{
    private const int DeepestReference = 16;
    private const string DefaultText = "simulated";

    /// <summary>An instance of the schema in member <paramref name="name"/>, as JSON text.</summary>
    public static string Of(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var schema) ? Of(schema) : "{}";

    /// <summary>An instance of <paramref name="schema"/> as JSON text.</summary>
    public static string Of(JsonElement schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, HttpReply.Compact))
        {
            Write(writer, schema, schema, 0);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > DeepestReference)
        {
            writer.WriteNullValue();
            return;
        }

        if (Fixed(schema) is { } value)
        {
            value.WriteTo(writer);
            return;
        }

        if (Elsewhere(schema, root) is { } other)
        {
            Write(writer, other, root, depth + 1);
            return;
        }

        switch (TypeOf(schema))
        {
            case "object":
                WriteObject(writer, schema, root, depth);
                break;
            case "array":
                WriteArray(writer, schema, root, depth);
                break;
            case "string":
                writer.WriteStringValue(Text(schema));
                break;
            case "integer" or "number":
                writer.WriteNumberValue(Number(schema));
                break;
            case "boolean":
                writer.WriteBooleanValue(true);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static JsonElement? Fixed(JsonElement schema)
    {
        if (schema.TryGetProperty("const", out var constant))
        {
            return constant;
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0)
        {
            return choices[0];
        }

        return schema.TryGetProperty("default", out var value) ? value : null;
    }

    private static JsonElement? Elsewhere(JsonElement schema, JsonElement root)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Resolve(root, reference.GetString()!);
        }

        foreach (var union in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(union, out var branches) && branches.GetArrayLength() > 0)
            {
                return branches[0];
            }
        }

        return null;
    }

    private static JsonElement? Resolve(JsonElement root, string reference)
    {
        var target = root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!target.TryGetProperty(step, out target))
            {
                return null;
            }
        }

        return target;
    }

    private static string TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("properties", out _) ? "object" : "string";
        }

        return type.ValueKind == JsonValueKind.Array ? type[0].GetString()! : type.GetString()!;
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        writer.WriteStartObject();
        if (schema.TryGetProperty("required", out var required) && schema.TryGetProperty("properties", out var members))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (members.TryGetProperty(name.GetString()!, out var member))
                {
                    writer.WritePropertyName(name.GetString()!);
                    Write(writer, member, root, depth + 1);
                }
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        writer.WriteStartArray();
        var count = schema.TryGetProperty("minItems", out var least) ? least.GetInt32() : 0;
        if (schema.TryGetProperty("items", out var items))
        {
            for (var i = 0; i < count; i++)
            {
                Write(writer, items, root, depth + 1);
            }
        }

        writer.WriteEndArray();
    }

    private static string Text(JsonElement schema)
    {
        var text = DefaultText;
        if (schema.TryGetProperty("minLength", out var least))
        {
            text = text.PadRight(least.GetInt32(), '.');
        }

        return schema.TryGetProperty("maxLength", out var most) && most.GetInt32() < text.Length
            ? text[..most.GetInt32()]
            : text;
    }

    private static decimal Number(JsonElement schema)
    {
        if (schema.TryGetProperty("minimum", out var least))
        {
            return least.GetDecimal();
        }

        return schema.TryGetProperty("exclusiveMinimum", out var below) ? below.GetDecimal() + 1 : 0;
    }
}
