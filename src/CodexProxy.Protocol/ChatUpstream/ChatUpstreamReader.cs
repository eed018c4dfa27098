using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>
/// Turns the chunks of a Chat answer, or a whole completion, into the events that the Codex backend sends: a state machine
/// without I/O. One instance serves one answer; everything after its end is ignored.
/// </summary>
public sealed class ChatUpstreamReader
{
    private readonly ChatUpstreamAnswer _answer;
    private readonly ChatEvents _events = new();
    private readonly ChatAnswerItems _items;
    private readonly ChatCallBook _calls;
    private string? _finish;
    private bool _isDone;
    private bool _isEnded;

    /// <summary>Begins an answer.</summary>
    public ChatUpstreamReader(ChatUpstreamAnswer answer)
    {
        _answer = answer;
        _items = new ChatAnswerItems(answer, _events);
        _calls = new ChatCallBook(answer.Seed, _items.Call);
    }

    /// <summary>Takes the data of one server-sent event, or a whole completion.</summary>
    /// <param name="json">The data, UTF-8.</param>
    /// <param name="output">Takes the events that follow from it.</param>
    public void Accept(ReadOnlySpan<byte> json, List<ReadOnlyMemory<byte>> output)
    {
        if (_isEnded)
        {
            return;
        }

        _events.Output = output;
        if (json.Trim(" \t\r\n"u8).SequenceEqual("[DONE]"u8))
        {
            _isDone = true;
            End(output);
            return;
        }

        json = LoneSurrogates.Replace(json);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
            var chunk = JsonElement.ParseValue(ref reader);
            if (chunk.ValueKind == JsonValueKind.Object)
            {
                Accept(chunk);
                return;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or text that is no Unicode: passed on, for whoever notes what cannot be read.
        }

        output.Add(json.ToArray());
    }

    /// <summary>
    /// The answer will not go on. Where the upstream has said how it ended, it is ended, even if its last mark is missing;
    /// else nothing follows, and it is for the translator to call that a cut.
    /// </summary>
    /// <param name="output">Takes the events that follow from it.</param>
    public void End(List<ReadOnlyMemory<byte>> output)
    {
        if (_isEnded || (_finish is null && !_isDone))
        {
            return;
        }

        _events.Output = output;
        _items.Begin(null);
        if (_calls.HasNameless)
        {
            // Input for nobody: without it the answer would look whole.
            Fail(default);
            return;
        }

        _isEnded = true;
        _items.End(
            _finish switch
            {
                "length" => "max_output_tokens",
                "content_filter" => "content_filter",
                _ => null,
            }
        );
    }

    private void Accept(JsonElement chunk)
    {
        if (chunk.Member("error") is { } error)
        {
            Fail(error);
            return;
        }

        if (chunk.Text("model") is { Length: > 0 } model)
        {
            _items.Model ??= $"{_answer.Upstream}/{model}";
        }

        _items.Usage = ChatUsageReader.Read(chunk.Member("usage")) ?? _items.Usage;
        _items.Begin(chunk.Text("id"));
        if (chunk.Member("choices") is not { ValueKind: JsonValueKind.Array } choices)
        {
            return;
        }

        foreach (var choice in choices.EnumerateArray())
        {
            if (!_isEnded && (choice.Number("index") ?? 0) == 0)
            {
                AcceptChoice(choice);
            }
        }
    }

    private void AcceptChoice(JsonElement choice)
    {
        if (choice.Member("error") is { } error)
        {
            Fail(error);
            return;
        }

        if (choice.Member("delta") is { } delta)
        {
            Take(delta);
        }
        else if (choice.Member("message") is { } message)
        {
            // A whole message counts where nothing came in pieces: some upstreams repeat everything at the end.
            _isDone = true;
            if (_items.IsEmpty)
            {
                Take(message);
            }
        }

        // Some upstreams write an empty one into every chunk.
        _finish = choice.Text("finish_reason") is { Length: > 0 } reason ? reason : _finish;
        if (_finish == "error")
        {
            Fail(default);
        }
    }

    private void Take(JsonElement delta)
    {
        _items.Think(
            delta.Text("reasoning_content") is { Length: > 0 } reasoning ? reasoning : delta.Text("reasoning") ?? ""
        );
        TakeContent(delta.Member("content"));
        _items.Say(delta.Text("refusal") ?? "", isRefusal: true);
        if (delta.Member("tool_calls") is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var piece in calls.EnumerateArray())
            {
                _calls.Accept(piece, _events);
            }
        }

        if (delta.Member("function_call") is { } old)
        {
            _calls.AcceptLegacy(old, _events);
        }
    }

    private void TakeContent(JsonElement? content)
    {
        switch (content)
        {
            case { ValueKind: JsonValueKind.String } text:
                _items.Say(text.GetString()!, isRefusal: false);
                break;
            case { ValueKind: JsonValueKind.Array } parts:
                foreach (var part in parts.EnumerateArray())
                {
                    if (part.Text("type") == "thinking")
                    {
                        _items.Think(part.Text("thinking") ?? Join(part.Member("thinking")));
                    }
                    else
                    {
                        _items.Say(part.Text("text") ?? "", isRefusal: false);
                    }
                }

                break;
        }
    }

    private static string Join(JsonElement? parts) =>
        parts is { ValueKind: JsonValueKind.Array } list
            ? string.Concat(list.EnumerateArray().Select(part => part.Text("text")))
            : "";

    private void Fail(JsonElement error)
    {
        _isEnded = true;
        _events.Error(error);
    }
}
