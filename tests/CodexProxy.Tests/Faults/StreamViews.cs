using System.Text.Json;

namespace CodexProxy.Tests.Faults;

/// <summary>A strict reader of Anthropic's Messages.</summary>
internal sealed class MessagesView : StreamView
{
    private int _blocks;
    private int _open = -1;
    private bool _isStarted;
    private bool _isStopping;
    private string _kind = "";
    private string _text = "";

    protected override void Read(string name, string data)
    {
        using var document = JsonDocument.Parse(data);
        var e = document.RootElement;
        Expect(e.GetProperty("type").GetString() == name, "type and name differ");
        switch (name)
        {
            case "message_start":
                Expect(!_isStarted, "a second start");
                _isStarted = true;
                break;
            case "ping":
                break;
            case "content_block_start":
                Expect(_isStarted && _open < 0 && !_isStopping, "a block out of place");
                _open = e.GetProperty("index").GetInt32();
                Expect(_open == _blocks++, "a gap in the numbers of blocks");
                var block = e.GetProperty("content_block");
                _kind = block.GetProperty("type").GetString()!;
                _text = _kind == "tool_use" ? $"{block.GetProperty("id")} {block.GetProperty("name")} " : "";
                break;
            case "content_block_delta":
                Expect(e.GetProperty("index").GetInt32() == _open, "a delta of no open block");
                var delta = e.GetProperty("delta");
                _text += delta.GetProperty("type").GetString() switch
                {
                    "text_delta" => delta.GetProperty("text").GetString(),
                    "input_json_delta" => delta.GetProperty("partial_json").GetString(),
                    "thinking_delta" => delta.GetProperty("thinking").GetString(),
                    _ => "",
                };
                break;
            case "content_block_stop":
                Expect(e.GetProperty("index").GetInt32() == _open, "the end of no open block");
                _open = -1;
                Content.Add($"{_kind} {_text}");
                break;
            case "message_delta":
                Expect(_open < 0 && !_isStopping, "an end inside a block");
                _isStopping = true;
                Content.Add($"stop {e.GetProperty("delta").GetProperty("stop_reason").GetString()}");
                break;
            case "message_stop":
                Expect(_isStopping, "an end without a reason");
                IsOver = true;
                break;
            case "error":
                Expect(e.GetProperty("error").GetProperty("message").GetString() is { Length: > 0 }, "no message");
                IsOver = IsError = true;
                break;
            default:
                Expect(false, $"unknown event {name}");
                break;
        }
    }
}

/// <summary>A strict reader of Chat Completions.</summary>
internal sealed class ChatView : StreamView
{
    private readonly SortedDictionary<int, string> _calls = [];
    private string _text = "";
    private bool _isFinished;

    protected override void Read(string name, string data)
    {
        if (data == "[DONE]")
        {
            Expect(_isFinished, "done without a reason");
            IsOver = true;
            return;
        }

        using var document = JsonDocument.Parse(data);
        var e = document.RootElement;
        if (e.TryGetProperty("error", out var error))
        {
            Expect(error.GetProperty("message").GetString() is { Length: > 0 }, "no message");
            IsOver = IsError = true;
            return;
        }

        foreach (var choice in e.GetProperty("choices").EnumerateArray())
        {
            Expect(!_isFinished, "a choice after its reason");
            Delta(choice.GetProperty("delta"));
            if (choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String)
            {
                _isFinished = true;
                Content.AddRange([$"text {_text}", .. _calls.Values, $"stop {reason.GetString()}"]);
            }
        }
    }

    private void Delta(JsonElement delta)
    {
        foreach (var name in new[] { "content", "refusal" })
        {
            if (delta.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
            {
                _text += text.GetString();
            }
        }

        if (!delta.TryGetProperty("tool_calls", out var calls))
        {
            return;
        }

        foreach (var call in calls.EnumerateArray())
        {
            var index = call.GetProperty("index").GetInt32();
            if (call.TryGetProperty("id", out var id))
            {
                Expect(index == _calls.Count, "a call that begins twice");
                _calls[index] = $"call {id.GetString()} ";
            }

            Expect(_calls.ContainsKey(index), "a piece of no call");
            foreach (var kind in new[] { "function", "custom" })
            {
                if (call.TryGetProperty(kind, out var body))
                {
                    foreach (var member in body.EnumerateObject())
                    {
                        _calls[index] += member.Value.GetString();
                    }
                }
            }
        }
    }
}

/// <summary>A strict reader of Responses.</summary>
internal sealed class ResponsesView : StreamView
{
    private readonly HashSet<int> _open = [];
    private int _next;
    private int _items;

    protected override void Read(string name, string data)
    {
        using var document = JsonDocument.Parse(data);
        var e = document.RootElement;
        Expect(e.GetProperty("type").GetString() == name, "type and name differ");
        if (e.TryGetProperty("sequence_number", out var number))
        {
            Expect(number.GetInt32() == _next++, "a gap in the numbers of events");
        }

        switch (name)
        {
            case "response.output_item.added":
                Expect(_open.Add(e.GetProperty("output_index").GetInt32()), "an item that begins twice");
                break;
            case "response.output_item.done":
                // The backend does not announce every item.
                _open.Remove(e.GetProperty("output_index").GetInt32());
                _items++;
                break;
            case "response.completed" or "response.incomplete":
                Expect(_open.Count == 0, "an end inside an item");
                var response = e.GetProperty("response");
                Expect(response.GetProperty("output").GetArrayLength() == _items, "items that were never told");
                Content.AddRange(WholeAnswer.Response(response));
                IsOver = true;
                break;
            case "response.failed" or "error":
                IsOver = IsError = true;
                break;
        }
    }
}
