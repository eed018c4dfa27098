using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Mends what the backend refuses in a tool's schema, and nothing else: descriptions, enums, formats, bounds, nested unions
/// and references stay, in their order.
/// </summary>
public static class SchemaRepair
{
    private static readonly string[] LookAround = ["(?=", "(?!", "(?<=", "(?<!"];

    // Members whose value is a schema, a list of schemas, or schemas by name.
    private static readonly HashSet<string> SchemaMembers =
    [
        "items",
        "additionalProperties",
        "contains",
        "not",
        "if",
        "then",
        "else",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ];
    private static readonly HashSet<string> ListMembers = ["anyOf", "oneOf", "allOf"];
    private static readonly HashSet<string> NamedMembers =
    [
        "properties",
        "patternProperties",
        "$defs",
        "definitions",
        "dependentSchemas",
    ];

    /// <summary>The repaired schema, independent of the document it came from.</summary>
    public static JsonElement Repair(JsonElement? schema)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            WriteRoot(writer, Root(schema), schema);
        }

        using var document = SoundJson.Parse(
            buffer.WrittenMemory,
            new JsonDocumentOptions { MaxDepth = Wire.MaxDepth * 2 }
        );
        return document.RootElement.Clone();
    }

    private static JsonElement? Root(JsonElement? schema)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        return root.Text("$ref") is { } reference && RootShape.Resolve(root, reference) is { } target ? target : root;
    }

    private static void WriteRoot(Utf8JsonWriter writer, JsonElement? schema, JsonElement? whole)
    {
        writer.WriteStartObject();
        if (schema is not { } root)
        {
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
            return;
        }

        var shape = RootShape.Of(root, whole ?? root);
        var hasType = root.TryGetProperty("type", out _);
        if (!hasType)
        {
            writer.WriteString("type"u8, "object"u8);
        }

        var wroteProperties = false;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "$schema" or "$id" or "enum" or "not" or "const":
                case "anyOf" or "oneOf" or "allOf":
                    break;
                case "required":
                    break;
                case "type":
                    writer.WriteString("type"u8, "object"u8);
                    break;
                case "properties":
                    WriteProperties(writer, shape);
                    wroteProperties = true;
                    WriteRequired(writer, shape);
                    break;
                default:
                    WriteMember(writer, member);
                    break;
            }
        }

        if (!wroteProperties)
        {
            WriteProperties(writer, shape);
            WriteRequired(writer, shape);
        }

        WriteDefinitions(writer, root, whole ?? root);
        writer.WriteEndObject();
    }

    // A root that was only a reference leaves behind what its target refers to.
    private static void WriteDefinitions(Utf8JsonWriter writer, JsonElement root, JsonElement whole)
    {
        foreach (var member in whole.EnumerateObject())
        {
            if (member.Name is "$defs" or "definitions" && !root.TryGetProperty(member.Name, out _))
            {
                WriteMember(writer, member);
            }
        }
    }

    private static void WriteProperties(Utf8JsonWriter writer, RootShape shape)
    {
        writer.WriteStartObject("properties"u8);
        foreach (var (name, property) in shape.Properties)
        {
            writer.WritePropertyName(name);
            WriteSchema(writer, property);
        }

        writer.WriteEndObject();
    }

    private static void WriteRequired(Utf8JsonWriter writer, RootShape shape)
    {
        if (shape.Required is null)
        {
            return;
        }

        writer.WriteStartArray("required"u8);
        foreach (var name in shape.Required)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteSchema(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        var tuple = Tuple(schema);
        foreach (var member in schema.EnumerateObject())
        {
            var dropped = member.Name switch
            {
                "pattern" => member.Value.ValueKind == JsonValueKind.String && LooksAround(member.Value.GetString()!),
                "required" => member.Value.ValueKind != JsonValueKind.Array,
                "prefixItems" => true,
                "items" => tuple is not null,
                "minItems" or "maxItems" => tuple is not null,
                _ => false,
            };
            if (!dropped)
            {
                WriteMember(writer, member);
            }
        }

        if (tuple is { } items)
        {
            WriteTuple(writer, items);
        }
        else if (IsType(schema, "array") && schema.Member("items") is null)
        {
            writer.WriteStartObject("items"u8);
            writer.WriteEndObject();
        }

        if (IsType(schema, "object") && schema.Member("properties") is null)
        {
            writer.WriteStartObject("properties"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        if (SchemaMembers.Contains(member.Name))
        {
            WriteSchema(writer, member.Value);
        }
        else if (ListMembers.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var branch in member.Value.EnumerateArray())
            {
                WriteSchema(writer, branch);
            }

            writer.WriteEndArray();
        }
        else if (NamedMembers.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var named in member.Value.EnumerateObject())
            {
                writer.WritePropertyName(named.Name);
                WriteSchema(writer, named.Value);
            }

            writer.WriteEndObject();
        }
        else
        {
            member.Value.WriteTo(writer);
        }
    }

    // Positions of a tuple cannot be told upstream; its length and the kinds of its members can.
    private static JsonElement? Tuple(JsonElement schema) =>
        schema.Member("prefixItems") is { ValueKind: JsonValueKind.Array } prefix ? prefix
        : schema.Member("items") is { ValueKind: JsonValueKind.Array } items ? items
        : null;

    private static void WriteTuple(Utf8JsonWriter writer, JsonElement items)
    {
        writer.WriteStartObject("items"u8);
        writer.WriteStartArray("anyOf"u8);
        foreach (var item in items.EnumerateArray())
        {
            WriteSchema(writer, item);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteNumber("minItems"u8, items.GetArrayLength());
        writer.WriteNumber("maxItems"u8, items.GetArrayLength());
    }

    private static bool IsType(JsonElement schema, string type) =>
        schema.Member("type") switch
        {
            { ValueKind: JsonValueKind.String } one => one.ValueEquals(type),
            { ValueKind: JsonValueKind.Array } several => several
                .EnumerateArray()
                .Any(entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals(type)),
            _ => false,
        };

    private static bool LooksAround(string pattern) =>
        LookAround.Any(part => pattern.Contains(part, StringComparison.Ordinal));
}
