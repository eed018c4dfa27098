using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>A call output is a string or an array of parts.</summary>
public sealed class CallOutputConverter : JsonConverter<CallOutput>
{
    /// <inheritdoc/>
    public override CallOutput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return new CallOutput(reader.GetString(), null);
        }

        var parts = new List<ContentPart>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Add(JsonSerializer.Deserialize(ref reader, OpenAIJson.Default.ContentPart)!);
        }

        return new CallOutput(null, parts);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CallOutput value, JsonSerializerOptions options)
    {
        if (value.Parts is null)
        {
            writer.WriteStringValue(value.Text ?? "");
            return;
        }

        writer.WriteStartArray();
        foreach (var part in value.Parts)
        {
            JsonSerializer.Serialize(writer, part, OpenAIJson.Default.ContentPart);
        }

        writer.WriteEndArray();
    }
}
