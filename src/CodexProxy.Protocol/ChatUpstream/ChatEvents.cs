using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>Writes events as the Codex backend sends them; each goes to the list that is set.</summary>
internal sealed class ChatEvents
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>Where events go.</summary>
    public List<ReadOnlyMemory<byte>> Output { get; set; } = [];

    /// <summary>New text, or all of it, of one part of an item.</summary>
    /// <param name="type">Type of the event.</param>
    /// <param name="item">The item.</param>
    /// <param name="part">Member that names the part, such as <c>content_index</c>; null for an item without parts.</param>
    /// <param name="index">Which part.</param>
    /// <param name="member">Member that holds the text.</param>
    /// <param name="text">The text.</param>
    public void Text(string type, ChatOutput item, string? part, int index, string member, string text)
    {
        using var writer = Begin(type, item);
        if (part is not null)
        {
            writer.WriteNumber(part, index);
        }

        writer.WriteString(member, text);
        End(writer);
    }

    /// <summary>Begin or end of one part of an item.</summary>
    public void Part(string type, ChatOutput item, string part, int index, Action<Utf8JsonWriter> content)
    {
        using var writer = Begin(type, item);
        writer.WriteNumber(part, index);
        writer.WritePropertyName("part"u8);
        content(writer);
        End(writer);
    }

    /// <summary>Begin or end of an item.</summary>
    public void Item(string type, ChatOutput item)
    {
        using var writer = Begin(type, null);
        writer.WriteNumber("output_index"u8, item.Index);
        writer.WritePropertyName("item"u8);
        item.Write(writer);
        End(writer);
    }

    /// <summary>The response itself.</summary>
    public void Response(string type, Action<Utf8JsonWriter> response)
    {
        using var writer = Begin(type, null);
        writer.WritePropertyName("response"u8);
        response(writer);
        End(writer);
    }

    /// <summary>A failure, in the form of an HTTP answer, so that the reader of failures knows it.</summary>
    public void Error(JsonElement error)
    {
        using var writer = Begin("error", null);
        if (error.Number("code") is >= 400 and < 600 and var status)
        {
            writer.WriteNumber("status"u8, (int)status);
        }

        writer.WriteStartObject("error"u8);
        if (error.ValueKind == JsonValueKind.Object)
        {
            Copy(writer, error, "code");
            Copy(writer, error, "type");
            Copy(writer, error, "param");
            Copy(writer, error, "message");
        }
        else if (error.ValueKind == JsonValueKind.String)
        {
            writer.WriteString("message"u8, error.GetString());
        }

        writer.WriteEndObject();
        End(writer);
    }

    /// <summary>Tokens used, in this protocol's words.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, ResponseUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens);
        if (usage.CacheWriteTokens > 0)
        {
            writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens);
        }

        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, (long)usage.InputTokens + usage.OutputTokens);
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement error, string name)
    {
        if (error.Text(name) is { } text)
        {
            writer.WriteString(name, text);
        }
    }

    private Utf8JsonWriter Begin(string type, ChatOutput? item)
    {
        _buffer.ResetWrittenCount();
        var writer = new Utf8JsonWriter(_buffer, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        if (item is not null)
        {
            writer.WriteString("item_id"u8, item.Id);
            writer.WriteNumber("output_index"u8, item.Index);
        }

        return writer;
    }

    private void End(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.Flush();
        Output.Add(_buffer.WrittenSpan.ToArray());
    }
}
