using System.Text;
using System.Text.Json;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>What the model thinks. It comes in the open and is shown where others have a summary.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="id">Its id.</param>
/// <param name="returns">Whether the upstream wants it back with the next request.</param>
internal sealed class ChatReasoningOutput(int index, string id, bool returns) : ChatOutput(index, id)
{
    private readonly StringBuilder _text = new();

    public void Append(string text, ChatEvents events)
    {
        if (_text.Length == 0)
        {
            events.Part("response.reasoning_summary_part.added", this, "summary_index", 0, w => WritePart(w, ""));
        }

        _text.Append(text);
        events.Text("response.reasoning_summary_text.delta", this, "summary_index", 0, "delta", text);
    }

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("type"u8, "reasoning"u8);
        writer.WriteStartArray("summary"u8);
        if (_text.Length > 0)
        {
            WritePart(writer, _text.ToString());
        }

        writer.WriteEndArray();
        if (returns && IsDone)
        {
            writer.WriteString("encrypted_content"u8, OpenReasoning.Wrap(_text.ToString()));
        }

        writer.WriteEndObject();
    }

    protected override void CloseParts(ChatEvents events)
    {
        var text = _text.ToString();
        events.Text("response.reasoning_summary_text.done", this, "summary_index", 0, "text", text);
        events.Part("response.reasoning_summary_part.done", this, "summary_index", 0, w => WritePart(w, text));
    }

    private static void WritePart(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "summary_text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }
}
