using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Events of assistant messages: text and refusals.</summary>
internal static class MessageEvents
{
    /// <param name="step">The message.</param>
    /// <param name="scene">The response.</param>
    /// <param name="status">How the finished item is marked: <c>completed</c>, or <c>incomplete</c> when cut at a limit.</param>
    public static IEnumerable<Emission> Of(MessageStep step, TurnScene scene, string status)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("msg_");
        void Place(Utf8JsonWriter writer)
        {
            ItemWriter.Place(writer, id, index);
            writer.WriteNumber("content_index"u8, 0);
        }

        yield return ItemWriter.Added(index, writer => ItemWriter.Message(writer, id, "in_progress", step.Phase, null));
        yield return new Emission.Event(
            "response.content_part.added",
            writer =>
            {
                Place(writer);
                writer.WritePropertyName("part"u8);
                ItemWriter.TextPart(writer, "", []);
            }
        );
        foreach (var delta in step.Deltas)
        {
            scene.CountOutput(delta);
            yield return new Emission.Event(
                "response.output_text.delta",
                writer =>
                {
                    Place(writer);
                    writer.WriteString("delta"u8, delta);
                    WriteNoLogprobs(writer);
                    Obfuscation.Write(writer, delta);
                }
            );
        }

        if (step.IsOpen)
        {
            yield break;
        }

        for (var i = 0; i < step.Citations.Count; i++)
        {
            var (number, citation) = (i, step.Citations[i]);
            yield return new Emission.Event(
                "response.output_text.annotation.added",
                writer =>
                {
                    Place(writer);
                    writer.WriteNumber("annotation_index"u8, number);
                    writer.WritePropertyName("annotation"u8);
                    ItemWriter.Annotation(writer, citation);
                }
            );
        }

        var text = string.Concat(step.Deltas);
        yield return new Emission.Event(
            "response.output_text.done",
            writer =>
            {
                Place(writer);
                writer.WriteString("text"u8, text);
                WriteNoLogprobs(writer);
            }
        );
        yield return new Emission.Event(
            "response.content_part.done",
            writer =>
            {
                Place(writer);
                writer.WritePropertyName("part"u8);
                ItemWriter.TextPart(writer, text, step.Citations);
            }
        );
        void Finished(Utf8JsonWriter writer) =>
            ItemWriter.Message(writer, id, status, step.Phase, part => ItemWriter.TextPart(part, text, step.Citations));
        scene.Output.Add(Finished);
        yield return ItemWriter.Done(index, Finished);
    }

    public static IEnumerable<Emission> Of(RefusalStep step, TurnScene scene)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("msg_");
        void Place(Utf8JsonWriter writer)
        {
            ItemWriter.Place(writer, id, index);
            writer.WriteNumber("content_index"u8, 0);
        }

        yield return ItemWriter.Added(index, writer => ItemWriter.Message(writer, id, "in_progress", null, null));
        yield return Part("response.content_part.added", "");
        foreach (var delta in step.Deltas)
        {
            scene.CountOutput(delta);
            yield return new Emission.Event(
                "response.refusal.delta",
                writer =>
                {
                    Place(writer);
                    writer.WriteString("delta"u8, delta);
                }
            );
        }

        var text = string.Concat(step.Deltas);
        yield return new Emission.Event(
            "response.refusal.done",
            writer =>
            {
                Place(writer);
                writer.WriteString("refusal"u8, text);
            }
        );
        yield return Part("response.content_part.done", text);
        void Finished(Utf8JsonWriter writer) =>
            ItemWriter.Message(writer, id, "completed", null, part => ItemWriter.RefusalPart(part, text));
        scene.Output.Add(Finished);
        yield return ItemWriter.Done(index, Finished);

        Emission.Event Part(string type, string refusal) =>
            new(
                type,
                writer =>
                {
                    Place(writer);
                    writer.WritePropertyName("part"u8);
                    ItemWriter.RefusalPart(writer, refusal);
                }
            );
    }

    private static void WriteNoLogprobs(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("logprobs"u8);
        writer.WriteEndArray();
    }
}
