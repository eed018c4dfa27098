using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Writes a whole message as JSON.</summary>
public static class MessageWriter
{
    /// <summary>Writes compact UTF-8 with every key of the message object.</summary>
    public static void Write(IBufferWriter<byte> output, Message message)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, message.Id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, message.Model);
        writer.WriteStartArray("content"u8);
        foreach (var block in message.Content)
        {
            MessageParts.WriteBlock(writer, block);
        }

        writer.WriteEndArray();
        writer.WriteString("stop_reason"u8, message.StopReason);
        writer.WriteString("stop_sequence"u8, message.StopSequence);
        MessageParts.WriteStopDetails(writer, message.Refusal);
        writer.WriteNull("container"u8);
        writer.WriteNull("diagnostics"u8);
        UsageParts.WriteWhole(writer, message.Usage);
        MessageParts.WriteContextEdits(writer, message.ContextEdits);
        writer.WriteEndObject();
    }
}
