using System.Text.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Responses;

/// <summary>
/// Takes over an object as it is, without the marks the backend refuses wherever they stand: cache settings and item ids.
/// </summary>
internal static class OpaqueReader
{
    private static readonly string[] Refused = ["cache_control", "prompt_cache_breakpoint"];

    /// <summary>The members, without these.</summary>
    public static OpaqueMembers Read(JsonElement json, params ReadOnlySpan<string> without)
    {
        var members = new OpaqueMembers();
        foreach (var member in json.EnumerateObject())
        {
            if (!Refused.Contains(member.Name) && !without.Contains(member.Name))
            {
                members[member.Name] = Clean(member.Value);
            }
        }

        return members;
    }

    /// <summary>Whether an object has no members but these.</summary>
    public static bool HasOnly(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (
                member.Value.ValueKind != JsonValueKind.Null
                && !names.Contains(member.Name)
                && !Refused.Contains(member.Name)
            )
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value without refused marks; nearly always the value itself.</summary>
    private static JsonElement Clean(JsonElement value)
    {
        if (!IsMarked(value))
        {
            return value;
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = Json.Wire.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    private static bool IsMarked(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value
                .EnumerateObject()
                .Any(member => Refused.Contains(member.Name) || IsMarked(member.Value)),
            JsonValueKind.Array => value.EnumerateArray().Any(IsMarked),
            _ => false,
        };

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(member => !Refused.Contains(member.Name)))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
