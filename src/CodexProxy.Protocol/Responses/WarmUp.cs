using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>
/// The answer to a request that only warms a connection up: a response without output, whose id the next request goes on
/// from.
/// </summary>
public static class WarmUp
{
    /// <summary>The events of the answer.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">Id of the response.</param>
    /// <param name="createdAt">Now, Unix seconds.</param>
    public static IReadOnlyList<ResponsesEvent> Answer(ResponsesCall call, string id, long createdAt) =>
        [
            Event("response.created", call, id, createdAt, "in_progress", 0),
            Event("response.completed", call, id, createdAt, "completed", 1),
        ];

    private static ResponsesEvent Event(
        string type,
        ResponsesCall call,
        string id,
        long createdAt,
        string status,
        int sequence
    )
    {
        var response = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(response, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("object"u8, "response"u8);
            writer.WriteNumber("created_at"u8, createdAt);
            writer.WriteString("status"u8, status);
            writer.WriteString("model"u8, call.Model);
            writer.WriteStartArray("output"u8);
            writer.WriteEndArray();
            writer.WriteNull("usage"u8);
            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(response.WrittenSpan);
        var composer = new ResponseComposer(call.Echo);
        return new ResponsesEvent(
            type,
            composer.Event(type, JsonElement.ParseValue(ref reader), new ResponseChanges(), sequence)
        );
    }
}
