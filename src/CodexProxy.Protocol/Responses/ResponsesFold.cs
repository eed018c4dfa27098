using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>The whole answer: the <c>response</c> of the event that ends the stream.</summary>
public sealed class ResponsesFold
{
    private JsonElement? _response;

    /// <summary>Why there is no whole answer; null when there is one.</summary>
    public ClientError? Problem =>
        _response is null ? ClientError.Passing(500, "api_error", "The upstream's answer has no end.") : null;

    /// <summary>Takes the next event.</summary>
    public void Accept(ResponsesEvent e)
    {
        if (e.Type is "response.completed" or "response.incomplete" or "response.failed")
        {
            var reader = new Utf8JsonReader(e.Json.Span, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
            _response = JsonElement.ParseValue(ref reader).Member("response");
        }
    }

    /// <summary>Writes the whole answer.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        _response?.WriteTo(writer);
    }

    /// <summary>
    /// Writes the answer to a request to compact: the user's own messages, and the sealed item in place of all else.
    /// </summary>
    /// <param name="output">Takes the body.</param>
    /// <param name="input">The conversation that was sealed.</param>
    public void WriteCompaction(IBufferWriter<byte> output, IReadOnlyList<KeptItem> input)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        var response = _response!.Value;
        writer.WriteStartObject();
        writer.WriteString("id"u8, response.Text("id"));
        writer.WriteString("object"u8, "response.compaction"u8);
        Copy(writer, response, "created_at");
        writer.WriteStartArray("output"u8);
        foreach (var kept in input)
        {
            if (kept.Item is OpenAI.MessageItem { Role: "user" })
            {
                OpenAI.OpenAIJson.WriteTo(writer, kept.Item);
            }
        }

        foreach (var item in response.GetProperty("output").EnumerateArray())
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
        Copy(writer, response, "usage");
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement response, string name)
    {
        if (response.Member(name) is { } value)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
