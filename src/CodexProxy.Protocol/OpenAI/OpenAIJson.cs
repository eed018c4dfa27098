using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>Source-generated JSON of the upstream side.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = Wire.MaxDepth
)]
[JsonSerializable(typeof(ResponsesRequest))]
[JsonSerializable(typeof(ContentPart))]
[JsonSerializable(typeof(string))]
public sealed partial class OpenAIJson : JsonSerializerContext
{
    /// <summary>Writes a request body as compact UTF-8 JSON.</summary>
    public static void Write(IBufferWriter<byte> output, ResponsesRequest request)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        JsonSerializer.Serialize(writer, request, Default.ResponsesRequest);
    }

    /// <summary>Writes one item.</summary>
    public static void WriteTo(Utf8JsonWriter writer, InputItem item) =>
        JsonSerializer.Serialize(writer, item, Default.InputItem);

    /// <summary>An item as JSON.</summary>
    public static JsonElement ToElement(InputItem item) => JsonSerializer.SerializeToElement(item, Default.InputItem);

    /// <summary>A text as JSON.</summary>
    public static JsonElement ToElement(string text) => JsonSerializer.SerializeToElement(text, Default.String);
}
