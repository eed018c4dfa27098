using System.Globalization;
using System.Text.Json;
using CodexProxy.Records;

namespace CodexProxy.Replay;

/// <summary>Items and responses as the upstream writes them, with filler for content.</summary>
internal static class ReplayItems
{
    /// <summary>Writes the <c>item</c> member of an event.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="e">The event.</param>
    /// <param name="name">Name of the tool, for calls.</param>
    /// <param name="texts">Texts that were streamed; null for none.</param>
    /// <param name="input">Arguments of a call that is done; null for one that has begun.</param>
    public static void WriteItem(
        Utf8JsonWriter writer,
        ReplayEvent e,
        string name,
        IReadOnlyList<string>? texts,
        string? input
    )
    {
        var done = input is not null;
        writer.WriteStartObject("item"u8);
        switch (e.Subject)
        {
            case EventSubject.Message or EventSubject.Commentary or EventSubject.FinalAnswer:
                WriteMessage(writer, e, done ? texts ?? [Filler.Text(e.Length)] : []);
                break;
            case EventSubject.Reasoning:
                writer.WriteString("type"u8, "reasoning");
                writer.WriteString("encrypted_content"u8, Filler.Text(e.Length));
                WriteTexts(writer, "summary", "summary_text", texts ?? []);
                break;
            case EventSubject.Call or EventSubject.CustomCall:
                var custom = e.Subject == EventSubject.CustomCall;
                writer.WriteString("type"u8, custom ? "custom_tool_call" : "function_call");
                writer.WriteString("call_id"u8, string.Create(CultureInfo.InvariantCulture, $"call_replay{e.Item}"));
                writer.WriteString("name"u8, name);
                writer.WriteString(custom ? "input"u8 : "arguments"u8, input ?? "");
                break;
            case EventSubject.Search or EventSubject.Page:
                writer.WriteString("type"u8, "web_search_call");
                WriteAction(writer, e);
                break;
            default:
                writer.WriteString("type"u8, "unknown_item");
                break;
        }

        writer.WriteString("status"u8, done ? "completed" : "in_progress");
        writer.WriteEndObject();
    }

    /// <summary>Writes the <c>response</c> member of a terminal event.</summary>
    public static void WriteResponse(Utf8JsonWriter writer, TerminalFacts? facts)
    {
        writer.WriteStartObject("response"u8);
        writer.WriteString("id"u8, "resp_replay");
        writer.WriteString("model"u8, facts?.Model);
        writer.WriteString("service_tier"u8, facts?.Tier);
        if (facts?.EndTurn is { } end)
        {
            writer.WriteBoolean("end_turn"u8, end);
        }

        if (facts?.IncompleteReason is { } reason)
        {
            writer.WriteStartObject("incomplete_details"u8);
            writer.WriteString("reason"u8, reason);
            writer.WriteEndObject();
        }

        if (facts?.Tokens is { } tokens)
        {
            writer.WriteStartObject("usage"u8);
            writer.WriteNumber("input_tokens"u8, tokens.Input);
            writer.WriteStartObject("input_tokens_details"u8);
            writer.WriteNumber("cached_tokens"u8, tokens.Cached);
            writer.WriteNumber("cache_write_tokens"u8, tokens.CacheWrite);
            writer.WriteEndObject();
            writer.WriteNumber("output_tokens"u8, tokens.Output);
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("reasoning_tokens"u8, tokens.Reasoning);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the <c>annotation</c> member of an event.</summary>
    public static void WriteAnnotation(Utf8JsonWriter writer, bool isCitation)
    {
        writer.WriteStartObject("annotation"u8);
        writer.WriteString("type"u8, isCitation ? "url_citation" : "file_citation");
        writer.WriteString("url"u8, Filler.Url(32));
        writer.WriteNumber("start_index"u8, 0);
        writer.WriteNumber("end_index"u8, 0);
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ReplayEvent e, IReadOnlyList<string> texts)
    {
        writer.WriteString("type"u8, "message");
        writer.WriteString("role"u8, "assistant");
        if (e.Subject != EventSubject.Message)
        {
            writer.WriteString("phase"u8, e.Subject == EventSubject.Commentary ? "commentary" : "final_answer");
        }

        WriteTexts(writer, "content", "output_text", texts);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string member, string type, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(member);
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAction(Utf8JsonWriter writer, ReplayEvent e)
    {
        writer.WriteStartObject("action"u8);
        var page = e.Subject == EventSubject.Page;
        writer.WriteString("type"u8, page ? "open_page" : "search");
        writer.WriteString(page ? "url"u8 : "query"u8, page ? Filler.Url(e.Length) : Filler.Text(e.Length));
        writer.WriteEndObject();
    }
}
