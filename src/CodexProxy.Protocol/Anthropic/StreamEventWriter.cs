using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>
/// Writes stream events as server-sent events: <c>event: TYPE</c>, one <c>data:</c> line, a blank line. One instance
/// serves one stream and writes without allocating; it is not for use by several threads.
/// </summary>
public sealed class StreamEventWriter : IEventWriter<StreamEvent>
{
    // One event at a time, so that the connection is asked for room once and not for each piece of it.
    private readonly ArrayBufferWriter<byte> _event = new(512);
    private readonly Utf8JsonWriter _json;

    /// <summary>A writer for one stream.</summary>
    public StreamEventWriter() => _json = new Utf8JsonWriter(_event, Wire.WriterOptions);

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, StreamEvent e)
    {
        switch (e)
        {
            case StreamEvent.TextDelta delta:
                WriteDelta(output, delta.Index, "text_delta"u8, "text"u8, delta.Text);
                break;
            case StreamEvent.InputJsonDelta delta:
                WriteDelta(output, delta.Index, "input_json_delta"u8, "partial_json"u8, delta.PartialJson);
                break;
            case StreamEvent.ThinkingDelta delta:
                WriteDelta(output, delta.Index, "thinking_delta"u8, "thinking"u8, delta.Thinking);
                break;
            case StreamEvent.SignatureDelta delta:
                WriteDelta(output, delta.Index, "signature_delta"u8, "signature"u8, delta.Signature);
                break;
            case StreamEvent.CitationsDelta delta:
                WriteCitation(output, delta);
                break;
            case StreamEvent.BlockStart start:
                WriteBlockStart(output, start);
                break;
            case StreamEvent.BlockStop stop:
                Begin("event: content_block_stop\ndata: "u8, "content_block_stop"u8);
                _json.WriteNumber("index"u8, stop.Index);
                End(output);
                break;
            case StreamEvent.MessageStart start:
                WriteMessageStart(output, start);
                break;
            case StreamEvent.MessageDelta delta:
                WriteMessageDelta(output, delta);
                break;
            case StreamEvent.Ping:
                output.Write("event: ping\ndata: {\"type\":\"ping\"}\n\n"u8);
                break;
            case StreamEvent.MessageStop:
                output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
                break;
            case StreamEvent.Error error:
                WriteError(output, error);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteDelta(
        IBufferWriter<byte> output,
        int index,
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> member,
        string value
    )
    {
        BeginDelta(index, type);
        _json.WriteString(member, value);
        _json.WriteEndObject();
        End(output);
    }

    private void WriteCitation(IBufferWriter<byte> output, StreamEvent.CitationsDelta delta)
    {
        BeginDelta(delta.Index, "citations_delta"u8);
        _json.WritePropertyName("citation"u8);
        MessageParts.WriteCitation(_json, delta.Citation);
        _json.WriteEndObject();
        End(output);
    }

    private void BeginDelta(int index, ReadOnlySpan<byte> type)
    {
        Begin("event: content_block_delta\ndata: "u8, "content_block_delta"u8);
        _json.WriteNumber("index"u8, index);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("type"u8, type);
    }

    private void WriteBlockStart(IBufferWriter<byte> output, StreamEvent.BlockStart start)
    {
        Begin("event: content_block_start\ndata: "u8, "content_block_start"u8);
        _json.WriteNumber("index"u8, start.Index);
        _json.WritePropertyName("content_block"u8);
        MessageParts.WriteBlock(_json, start.Block);
        End(output);
    }

    private void WriteMessageStart(IBufferWriter<byte> output, StreamEvent.MessageStart start)
    {
        Begin("event: message_start\ndata: "u8, "message_start"u8);
        _json.WriteStartObject("message"u8);
        _json.WriteString("id"u8, start.Id);
        _json.WriteString("type"u8, "message"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("model"u8, start.Model);
        _json.WriteStartArray("content"u8);
        _json.WriteEndArray();
        _json.WriteNull("stop_reason"u8);
        _json.WriteNull("stop_sequence"u8);
        _json.WriteNull("stop_details"u8);
        _json.WriteNull("container"u8);
        _json.WriteNull("diagnostics"u8);
        UsageParts.WriteWhole(_json, start.Usage);
        _json.WriteEndObject();
        End(output);
    }

    private void WriteMessageDelta(IBufferWriter<byte> output, StreamEvent.MessageDelta delta)
    {
        Begin("event: message_delta\ndata: "u8, "message_delta"u8);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("stop_reason"u8, delta.StopReason);
        _json.WriteString("stop_sequence"u8, delta.StopSequence);
        MessageParts.WriteStopDetails(_json, delta.Refusal);
        _json.WriteNull("container"u8);
        _json.WriteEndObject();
        UsageParts.WriteDelta(_json, delta.Usage);
        MessageParts.WriteContextEdits(_json, delta.ContextEdits);
        End(output);
    }

    private void WriteError(IBufferWriter<byte> output, StreamEvent.Error error)
    {
        Begin("event: error\ndata: "u8, "error"u8);
        _json.WriteStartObject("error"u8);
        _json.WriteString("type"u8, error.Type);
        _json.WriteString("message"u8, error.Message);
        _json.WriteEndObject();
        _json.WriteString("request_id"u8, error.RequestId);
        End(output);
    }

    private void Begin(ReadOnlySpan<byte> head, ReadOnlySpan<byte> type)
    {
        _event.ResetWrittenCount();
        _event.Write(head);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
    }

    private void End(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        _event.Write("\n\n"u8);
        output.Write(_event.WrittenSpan);
    }
}
