using System.Text;
using System.Text.Json;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>What the model says: a text, a refusal, or both.</summary>
internal sealed class ChatMessageOutput(int index, string id) : ChatOutput(index, id)
{
    private readonly List<(bool IsRefusal, StringBuilder Text)> _parts = [];

    public void Append(string text, bool isRefusal, ChatEvents events)
    {
        if (_parts.Count == 0 || _parts[^1].IsRefusal != isRefusal)
        {
            EndPart(events);
            _parts.Add((isRefusal, new StringBuilder()));
            events.Part(
                "response.content_part.added",
                this,
                "content_index",
                _parts.Count - 1,
                writer => WritePart(writer, isRefusal, "")
            );
        }

        _parts[^1].Text.Append(text);
        events.Text(
            isRefusal ? "response.refusal.delta" : "response.output_text.delta",
            this,
            "content_index",
            _parts.Count - 1,
            "delta",
            text
        );
    }

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("status"u8, Status);
        writer.WriteStartArray("content"u8);
        foreach (var (isRefusal, text) in _parts)
        {
            WritePart(writer, isRefusal, text.ToString());
        }

        writer.WriteEndArray();
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteEndObject();
    }

    protected override void CloseParts(ChatEvents events) => EndPart(events);

    private void EndPart(ChatEvents events)
    {
        if (_parts.Count == 0)
        {
            return;
        }

        var (isRefusal, built) = _parts[^1];
        var text = built.ToString();
        events.Text(
            isRefusal ? "response.refusal.done" : "response.output_text.done",
            this,
            "content_index",
            _parts.Count - 1,
            isRefusal ? "refusal" : "text",
            text
        );
        events.Part(
            "response.content_part.done",
            this,
            "content_index",
            _parts.Count - 1,
            writer => WritePart(writer, isRefusal, text)
        );
    }

    private static void WritePart(Utf8JsonWriter writer, bool isRefusal, string text)
    {
        writer.WriteStartObject();
        if (isRefusal)
        {
            writer.WriteString("type"u8, "refusal"u8);
            writer.WriteString("refusal"u8, text);
        }
        else
        {
            writer.WriteString("type"u8, "output_text"u8);
            writer.WriteStartArray("annotations"u8);
            writer.WriteEndArray();
            writer.WriteString("text"u8, text);
        }

        writer.WriteEndObject();
    }
}
