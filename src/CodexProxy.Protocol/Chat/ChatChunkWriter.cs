using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>
/// Writes chunks as server-sent events: one <c>data:</c> line and a blank line, without a name. One instance serves one
/// stream; it is not for use by several threads.
/// </summary>
public sealed class ChatChunkWriter : IEventWriter<ChatChunk>
{
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>(16), Wire.WriterOptions);

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, ChatChunk e)
    {
        switch (e)
        {
            case ChatChunk.Delta delta:
                Begin(output, delta.Head, delta.ServiceTier);
                WriteChoice(delta);
                if (delta.Head.IncludesUsage)
                {
                    _json.WriteNull("usage"u8);
                }

                End(output);
                break;
            case ChatChunk.Usage usage:
                Begin(output, usage.Head, usage.ServiceTier);
                _json.WriteStartArray("choices"u8);
                _json.WriteEndArray();
                ChatParts.WriteUsage(_json, usage.Counts);
                End(output);
                break;
            case ChatChunk.KeepAlive:
                output.Write(": keep-alive\n\n"u8);
                break;
            case ChatChunk.Done:
                output.Write("data: [DONE]\n\n"u8);
                break;
            case ChatChunk.Error error:
                output.Write("data: "u8);
                error.Problem.Write(output);
                output.Write("\n\n"u8);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteChoice(ChatChunk.Delta delta)
    {
        _json.WriteStartArray("choices"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, 0);
        WriteDelta(delta.Change);
        _json.WriteString("finish_reason"u8, delta.FinishReason);
        _json.WriteNull("logprobs"u8);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteDelta(ChatDelta change)
    {
        _json.WriteStartObject("delta"u8);
        WriteIfNew("role"u8, change.Role);
        WriteIfNew("content"u8, change.Content);
        WriteIfNew("refusal"u8, change.Refusal);
        WriteIfNew("reasoning_content"u8, change.ReasoningContent);
        if (change.ToolCalls is not null)
        {
            _json.WriteStartArray("tool_calls"u8);
            foreach (var call in change.ToolCalls)
            {
                _json.WriteStartObject();
                _json.WriteNumber("index"u8, call.Index);
                ChatParts.WriteCall(_json, call.Id, call.Function.Name, call.Function.Arguments, call.IsCustom);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        if (change.FunctionCall is { } function)
        {
            ChatParts.WriteFunction(_json, "function_call"u8, function.Name, function.Arguments);
        }

        if (change.Annotations is not null)
        {
            ChatParts.WriteAnnotations(_json, change.Annotations);
        }

        _json.WriteEndObject();
    }

    private void WriteIfNew(ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            _json.WriteString(member, text);
        }
    }

    private void Begin(IBufferWriter<byte> output, ChatHead head, string? serviceTier)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        ChatParts.WriteHead(_json, "chat.completion.chunk"u8, head.Id, head.Created, head.Model, serviceTier);
    }

    private void End(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write("\n\n"u8);
    }
}
