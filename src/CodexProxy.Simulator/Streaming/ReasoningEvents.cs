using System.Text.Json;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Strictness;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Events of a reasoning item and of a compaction item: both are sealed.</summary>
internal static class ReasoningEvents
{
    public static IEnumerable<Emission> Of(ReasoningStep step, TurnScene scene)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("rs_");
        var content = scene.WantsEncryptedContent ? scene.Sealed() : null;
        var parts = scene.WantsSummary ? step.SummaryParts : [];
        scene.CountReasoning();
        // What opens the item is an early snapshot; whoever replays it is refused.
        yield return ItemWriter.Added(
            index,
            writer => Write(writer, id, content is null ? null : Seal.Early(content), [])
        );
        for (var i = 0; i < parts.Count; i++)
        {
            foreach (var emission in Part(id, index, i, parts[i], scene))
            {
                yield return emission;
            }
        }

        var texts = parts.Select(deltas => string.Concat(deltas)).ToArray();
        void Finished(Utf8JsonWriter writer) => Write(writer, id, content, texts);
        scene.Output.Add(Finished);
        yield return ItemWriter.Done(index, Finished);
    }

    public static IEnumerable<Emission> OfCompaction(TurnScene scene)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("cmp_");
        var content = scene.Sealed();
        yield return ItemWriter.Done(
            index,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, id);
                writer.WriteString("type"u8, "compaction"u8);
                writer.WriteString("encrypted_content"u8, content);
                writer.WriteEndObject();
            }
        );
    }

    private static IEnumerable<Emission> Part(
        string id,
        int index,
        int part,
        IReadOnlyList<string> deltas,
        TurnScene scene
    )
    {
        void Place(Utf8JsonWriter writer)
        {
            writer.WriteString("item_id"u8, id);
            writer.WriteNumber("output_index"u8, index);
            writer.WriteNumber("summary_index"u8, part);
        }

        var text = string.Concat(deltas);
        scene.CountReasoning(text);
        yield return new Emission.Event(
            "response.reasoning_summary_part.added",
            writer =>
            {
                Place(writer);
                writer.WritePropertyName("part"u8);
                WriteSummary(writer, "");
            }
        );
        for (var i = 0; i < deltas.Count; i++)
        {
            var delta = deltas[i];
            yield return new Emission.Event(
                "response.reasoning_summary_text.delta",
                writer =>
                {
                    Place(writer);
                    writer.WriteString("delta"u8, delta);
                    Obfuscation.Write(writer, delta);
                }
            );
        }

        yield return new Emission.Event(
            "response.reasoning_summary_text.done",
            writer =>
            {
                Place(writer);
                writer.WriteString("text"u8, text);
            }
        );
        yield return new Emission.Event(
            "response.reasoning_summary_part.done",
            writer =>
            {
                Place(writer);
                writer.WritePropertyName("part"u8);
                WriteSummary(writer, text);
            }
        );
    }

    private static void Write(Utf8JsonWriter writer, string id, string? content, string[] summary)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "reasoning"u8);
        if (content is not null)
        {
            writer.WriteString("encrypted_content"u8, content);
        }

        writer.WriteStartArray("summary"u8);
        foreach (var text in summary)
        {
            WriteSummary(writer, text);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "summary_text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }
}
