using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>One event of an answer in the Responses API.</summary>
/// <param name="Type">Its type; <c>""</c> for a sign of life that is no event.</param>
/// <param name="Json">Its data.</param>
public sealed record ResponsesEvent(string Type, ReadOnlyMemory<byte> Json)
{
    /// <summary>The error it reports, for forms of the protocol that write it in another shape.</summary>
    public OpenAIError? Error { get; init; }

    /// <summary>Keeps a connection open and says nothing.</summary>
    public static ResponsesEvent KeepAlive { get; } = new("", default);

    /// <summary>Whether it is no more than a sign of life.</summary>
    public bool IsKeepAlive => Type.Length == 0;

    /// <summary>An error that ends the stream.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="sequence">Its place in the stream.</param>
    public static ResponsesEvent Failure(OpenAIError error, int sequence)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "error"u8);
            writer.WriteString("code"u8, error.Code ?? error.Type);
            writer.WriteString("message"u8, error.Message);
            writer.WriteString("param"u8, error.Param);
            writer.WriteNumber("sequence_number"u8, sequence);
            writer.WriteEndObject();
        }

        return new ResponsesEvent("error", json.WrittenMemory) { Error = error };
    }
}

/// <summary>Writes events as server-sent events.</summary>
public sealed class ResponsesEventWriter : IEventWriter<ResponsesEvent>
{
    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, ResponsesEvent e)
    {
        if (e.IsKeepAlive)
        {
            output.Write(": keep-alive\n\n"u8);
            return;
        }

        output.Write("event: "u8);
        System.Text.EncodingExtensions.GetBytes(System.Text.Encoding.UTF8, e.Type, output);
        output.Write("\ndata: "u8);
        output.Write(e.Json.Span);
        output.Write("\n\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
