using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A tool call as the client reported it.</summary>
/// <param name="Id">Its id in the conversation.</param>
/// <param name="Name">The tool.</param>
/// <param name="Input">Its arguments.</param>
public sealed record ReportedToolCall(string Id, string Name, JsonElement Input);

/// <summary>A tool's result as the client reported it.</summary>
/// <param name="CallId">The call it belongs to.</param>
/// <param name="Content">A string or content blocks.</param>
/// <param name="IsError">Whether the tool failed.</param>
public sealed record ReportedToolResult(string CallId, JsonElement Content, bool IsError);

/// <summary>All that one run of the client said about itself.</summary>
public sealed class ClientRun
{
    private readonly List<JsonElement> _events = [];
    private readonly List<ReportedToolCall> _calls = [];
    private readonly List<ReportedToolResult> _results = [];
    private readonly List<string> _texts = [];
    private readonly JsonElement _end;
    private readonly string _output;

    /// <summary>Reads the client's event lines.</summary>
    public ClientRun(int exitCode, string output, string errors)
    {
        ExitCode = exitCode;
        Errors = errors;
        _output = output;
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var reported = JsonDocument.Parse(line).RootElement;
            _events.Add(reported);
            ReadMessage(reported);
        }

        _end = _events.LastOrDefault(e => TypeOf(e) == "result");
    }

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; }

    /// <summary>What it wrote to standard error.</summary>
    public string Errors { get; }

    /// <summary>Every event line.</summary>
    public IReadOnlyList<JsonElement> Events => _events;

    /// <summary>The final text, or the error that the person sees.</summary>
    public string Answer => Text(_end, "result") ?? "";

    /// <summary>Whether the client ended with an error.</summary>
    public bool IsError => _end.ValueKind != JsonValueKind.Object || _end.GetProperty("is_error").GetBoolean();

    /// <summary>The object of <c>--json-schema</c>, if any.</summary>
    public JsonElement? StructuredOutput => _end.TryGetProperty("structured_output", out var output) ? output : null;

    /// <summary>Usage of the last answer.</summary>
    public JsonElement Usage => _end.GetProperty("usage");

    /// <summary>The conversation's id.</summary>
    public string SessionId => Text(_end, "session_id") ?? "";

    /// <summary>Texts of the model, in order.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Tool calls, in order, those of sub-agents included.</summary>
    public IReadOnlyList<ReportedToolCall> Calls => _calls;

    /// <summary>Tool results, in order, those of sub-agents included.</summary>
    public IReadOnlyList<ReportedToolResult> Results => _results;

    /// <summary>Events of one type and, for system events, one subtype.</summary>
    public IReadOnlyList<JsonElement> Of(string type, string? subtype = null) =>
        [.. _events.Where(e => TypeOf(e) == type && (subtype is null || Text(e, "subtype") == subtype))];

    /// <summary>The result of one call as text.</summary>
    public string ResultText(int index) => TextOf(_results[index].Content);

    /// <summary>The whole report, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit {ExitCode}\n{_output}\n{Errors}";

    private void ReadMessage(JsonElement reported)
    {
        if (
            TypeOf(reported) is not ("assistant" or "user")
            || !reported.TryGetProperty("message", out var message)
            || message.GetProperty("content") is not { ValueKind: JsonValueKind.Array } content
        )
        {
            return;
        }

        foreach (var block in content.EnumerateArray())
        {
            ReadBlock(TypeOf(reported), block);
        }
    }

    private void ReadBlock(string? side, JsonElement block)
    {
        switch (TypeOf(block))
        {
            case "text" when side == "assistant":
                _texts.Add(Text(block, "text")!);
                break;
            case "tool_use":
                _calls.Add(new(Text(block, "id")!, Text(block, "name")!, block.GetProperty("input")));
                break;
            case "tool_result":
                var failed = block.TryGetProperty("is_error", out var flag) && flag.GetBoolean();
                _results.Add(new(Text(block, "tool_use_id")!, block.GetProperty("content"), failed));
                break;
        }
    }

    private static string TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Join('\n', content.EnumerateArray().Select(block => Text(block, "text") ?? $"[{TypeOf(block)}]"));

    private static string? TypeOf(JsonElement element) => Text(element, "type");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
