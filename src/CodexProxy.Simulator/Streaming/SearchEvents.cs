using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Events of hosted search.</summary>
internal static class SearchEvents
{
    private static readonly string[] Progress = ["in_progress", "searching", "completed"];

    public static IEnumerable<Emission> Of(SearchStep step, TurnScene scene)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("ws_");
        yield return ItemWriter.Added(index, writer => Write(writer, id, "in_progress", null));
        foreach (var stage in Progress)
        {
            yield return new Emission.Event(
                $"response.web_search_call.{stage}",
                writer => ItemWriter.Place(writer, id, index)
            );
        }

        void Finished(Utf8JsonWriter writer) =>
            Write(writer, id, "completed", action => WriteAction(action, step, scene.WantsSources));
        scene.Output.Add(Finished);
        yield return ItemWriter.Done(index, Finished);
    }

    private static void Write(Utf8JsonWriter writer, string id, string status, Action<Utf8JsonWriter>? action)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "web_search_call"u8);
        writer.WriteString("status"u8, status);
        if (action is not null)
        {
            writer.WriteStartObject("action"u8);
            action(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter writer, SearchStep step, bool withSources)
    {
        if (step.Url is not null)
        {
            writer.WriteString("type"u8, "open_page"u8);
            writer.WriteString("url"u8, step.Url);
            return;
        }

        writer.WriteString("type"u8, "search"u8);
        writer.WriteString("query"u8, step.Query);
        writer.WriteStartArray("queries"u8);
        writer.WriteStringValue(step.Query);
        writer.WriteEndArray();
        if (!withSources)
        {
            return;
        }

        writer.WriteStartArray("sources"u8);
        foreach (var source in step.Sources)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "url"u8);
            writer.WriteString("url"u8, source.Url);
            if (source.Title is not null)
            {
                writer.WriteString("title"u8, source.Title);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
