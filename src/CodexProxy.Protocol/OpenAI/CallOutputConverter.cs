using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>Writes a call output as string or array. It is never read: outputs only travel upstream.</summary>
public sealed class CallOutputConverter : JsonConverter<CallOutput>
{
    /// <inheritdoc/>
    public override CallOutput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Call outputs are only written.");

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
