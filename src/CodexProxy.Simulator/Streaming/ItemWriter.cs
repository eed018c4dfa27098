using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Writes the members that open and close output items.</summary>
internal static class ItemWriter
{
    public static Emission.Event Added(int index, Action<Utf8JsonWriter> item) =>
        Item("response.output_item.added", index, item);

    public static Emission.Event Done(int index, Action<Utf8JsonWriter> item) =>
        Item("response.output_item.done", index, item);

    /// <summary>A message with at most one part.</summary>
    public static void Message(
        Utf8JsonWriter writer,
        string id,
        string status,
        string? phase,
        Action<Utf8JsonWriter>? part
    )
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("status"u8, status);
        writer.WriteString("role"u8, "assistant"u8);
        if (phase is not null)
        {
            writer.WriteString("phase"u8, phase);
        }

        writer.WriteStartArray("content"u8);
        part?.Invoke(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void TextPart(Utf8JsonWriter writer, string text, IReadOnlyList<Citation> citations)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "output_text"u8);
        writer.WriteStartArray("annotations"u8);
        foreach (var citation in citations)
        {
            Annotation(writer, citation);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("logprobs"u8);
        writer.WriteEndArray();
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    public static void RefusalPart(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "refusal"u8);
        writer.WriteString("refusal"u8, text);
        writer.WriteEndObject();
    }

    public static void Annotation(Utf8JsonWriter writer, Citation citation)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "url_citation"u8);
        writer.WriteNumber("start_index"u8, citation.Start);
        writer.WriteNumber("end_index"u8, citation.End);
        writer.WriteString("title"u8, citation.Title);
        writer.WriteString("url"u8, citation.Url);
        writer.WriteEndObject();
    }

    public static void Place(Utf8JsonWriter writer, string id, int index)
    {
        writer.WriteString("item_id"u8, id);
        writer.WriteNumber("output_index"u8, index);
    }

    private static Emission.Event Item(string type, int index, Action<Utf8JsonWriter> item) =>
        new(
            type,
            writer =>
            {
                writer.WriteNumber("output_index"u8, index);
                writer.WritePropertyName("item"u8);
                item(writer);
            }
        );
}
