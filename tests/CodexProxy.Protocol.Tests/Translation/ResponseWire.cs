using System.Text.Json;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Writes upstream events the way the backend does, for tests that need a stream no recording shows.</summary>
internal static class ResponseWire
{
    internal const string Created = """{"type":"response.created","response":{"id":"resp_1","model":"gpt-5.6-sol"}}""";

    internal const string Completed =
        """{"type":"response.completed","response":{"id":"resp_1","output":[],"usage":{"input_tokens":10,"output_tokens":5}}}""";

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    internal static string MessageAdded(int index, string phase = "final_answer") =>
        $$$$"""{"type":"response.output_item.added","output_index":{{{{index}}}},"item":{"id":"msg_{{{{index}}}}","type":"message","phase":"{{{{phase}}}}","content":[]}}""";

    internal static string TextDelta(int index, string text, int part = 0) =>
        $$$$"""{"type":"response.output_text.delta","item_id":"msg_{{{{index}}}}","output_index":{{{{index}}}},"content_index":{{{{part}}}},"delta":{{{{Quote(text)}}}}}""";

    internal static string MessageDone(int index, string text, string phase = "final_answer") =>
        $$$$"""{"type":"response.output_item.done","output_index":{{{{index}}}},"item":{"id":"msg_{{{{index}}}}","type":"message","phase":"{{{{phase}}}}","content":[{"type":"output_text","text":{{{{Quote(text)}}}},"annotations":[]}]}}""";

    internal static string[] Message(int index, string text, string phase = "final_answer") =>
        [MessageAdded(index, phase), TextDelta(index, text), MessageDone(index, text, phase)];

    internal static string CallAdded(int index, string name = "Read", string? callId = null) =>
        $$$$"""{"type":"response.output_item.added","output_index":{{{{index}}}},"item":{"id":"fc_{{{{index}}}}","type":"function_call","call_id":"{{{{callId ?? $"call_{index}"}}}}","name":"{{{{name}}}}","arguments":""}}""";

    internal static string InputDelta(int index, string json) =>
        $$$$"""{"type":"response.function_call_arguments.delta","item_id":"fc_{{{{index}}}}","output_index":{{{{index}}}},"delta":{{{{Quote(json)}}}}}""";

    internal static string CallDone(int index, string json, string name = "Read", string? callId = null) =>
        $$$$"""{"type":"response.output_item.done","output_index":{{{{index}}}},"item":{"id":"fc_{{{{index}}}}","type":"function_call","call_id":"{{{{callId ?? $"call_{index}"}}}}","name":"{{{{name}}}}","arguments":{{{{Quote(json)}}}}}}""";

    internal static string[] Call(int index, string json, string name = "Read", string? callId = null) =>
        [CallAdded(index, name, callId), InputDelta(index, json), CallDone(index, json, name, callId)];

    internal static string ReasoningAdded(int index) =>
        $$$$"""{"type":"response.output_item.added","output_index":{{{{index}}}},"item":{"id":"rs_{{{{index}}}}","type":"reasoning","summary":[],"encrypted_content":"early"}}""";

    internal static string SummaryDelta(int index, string text, int part = 0) =>
        $$$$"""{"type":"response.reasoning_summary_text.delta","item_id":"rs_{{{{index}}}}","output_index":{{{{index}}}},"summary_index":{{{{part}}}},"delta":{{{{Quote(text)}}}}}""";

    internal static string ReasoningDone(int index, string? sealedContent = "gAAAsealed", params string[] summary)
    {
        var parts = string.Join(',', summary.Select(text => $"{{\"type\":\"summary_text\",\"text\":{Quote(text)}}}"));
        var content = sealedContent is null ? "null" : Quote(sealedContent);
        return $$$$"""{"type":"response.output_item.done","output_index":{{{{index}}}},"item":{"id":"rs_{{{{index}}}}","type":"reasoning","summary":[{{{{parts}}}}],"encrypted_content":{{{{content}}}}}}""";
    }

    internal static string[] Reasoning(int index, string text) =>
        [ReasoningAdded(index), SummaryDelta(index, text), ReasoningDone(index, "gAAAsealed", text)];

    internal static string SearchDone(int index, string action, string status = "completed") =>
        $$$$"""{"type":"response.output_item.done","output_index":{{{{index}}}},"item":{"id":"ws_{{{{index}}}}","type":"web_search_call","status":"{{{{status}}}}","action":{{{{action}}}}}}""";

    internal static string Cite(int index, string url, int start, int end, string title = "T") =>
        $$$$"""{"type":"response.output_text.annotation.added","output_index":{{{{index}}}},"content_index":0,"annotation":{"type":"url_citation","url":"{{{{url}}}}","title":"{{{{title}}}}","start_index":{{{{start}}}},"end_index":{{{{end}}}}}}""";

    internal static string Failed(string code, string message = "m") =>
        $$$$"""{"type":"response.failed","response":{"id":"resp_1","error":{"code":"{{{{code}}}}","message":"{{{{message}}}}"}}}""";

    /// <summary>The events of several items in one of the orders in which they may come.</summary>
    internal static List<string> Interleave(string[][] lanes, int seed)
    {
        var random = new Random(seed);
        var next = new int[lanes.Length];
        // Order of appearance is the order of blocks, so the first events stay in order.
        List<string> events = [.. lanes.Select(lane => lane[0])];
        Array.Fill(next, 1);
        while (
            Enumerable.Range(0, lanes.Length).Where(i => next[i] < lanes[i].Length).ToArray() is { Length: > 0 } open
        )
        {
            var lane = open[random.Next(open.Length)];
            events.Add(lanes[lane][next[lane]++]);
        }

        return events;
    }
}
