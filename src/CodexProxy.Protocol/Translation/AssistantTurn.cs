using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>A run of assistant messages: texts, calls and sealed reasoning in the order the model made them.</summary>
internal sealed class AssistantTurn(
    ToolTranslation tools,
    TranslationSettings settings,
    ContentTranslator content,
    CallLedger calls,
    LossList losses,
    string conversation
)
{
    private const string Commentary = "commentary";
    private const string FinalAnswer = "final_answer";
    private const string NoResult = "[No result: the tool call was interrupted before it returned.]";

    private readonly List<InputItem> _items = [];
    private readonly List<ContentPart> _texts = [];
    private readonly List<InputItem> _reasoning = [];
    private readonly List<(string Id, string CallId)> _serverCalls = [];
    private bool _hasEnvelope;

    public void Translate(IReadOnlyList<RequestMessage> turn, List<InputItem> items)
    {
        _hasEnvelope = turn.Any(message => message.Content.Any(block => Envelope(block) is not null));
        foreach (var message in turn)
        {
            foreach (var block in message.Content)
            {
                Add(block);
            }

            CloseText();
        }

        foreach (var (_, callId) in _serverCalls)
        {
            _items.Add(new FunctionCallOutputItem(callId, NoResult));
        }

        SetPhases();
        items.AddRange(_items);
    }

    private void Add(ContentBlock block)
    {
        switch (block)
        {
            case TextBlock text:
                if (!string.IsNullOrWhiteSpace(text.Text))
                {
                    _texts.Add(new OutputText(text.Text));
                }

                break;
            case ThinkingBlock or RedactedThinkingBlock:
                // The reasoning belongs to what comes after it, not to the text before.
                CloseText();
                if (Envelope(block) is { } envelope && !settings.IsRefused(envelope))
                {
                    _reasoning.Add(new ReasoningItem(envelope.EncryptedContent) { SealedBy = envelope.Account });
                }

                break;
            case ToolUseBlock call:
                CloseText();
                AddCall(call);
                break;
            case CustomCallBlock call:
                CloseText();
                Replay(ReplayCache.CallAnchor(call.Id));
                Write(
                    new CustomToolCallItem(
                        calls.Open(call.Id, isCustom: true),
                        tools.UpstreamName(call.Name),
                        call.Input
                    )
                );
                break;
            case ServerToolUseBlock call:
                CloseText();
                AddServerCall(call);
                break;
            case ServerToolResultBlock result:
                CloseText();
                AddServerResult(result);
                break;
            case CompactionBlock summary:
                CloseText();
                var parts = new List<ContentPart>();
                content.AddUser(summary, "", parts);
                _items.Add(new MessageItem("developer", parts));
                break;
            case UnknownBlock unknown:
                losses.Add($"messages[].content[].{unknown.Type}", LossKind.Dropped);
                if (unknown.Json.Text("text") is { } words && !string.IsNullOrWhiteSpace(words))
                {
                    _texts.Add(new OutputText(words));
                }

                break;
            default:
                losses.Add($"messages[].content[].{block.GetType().Name}", LossKind.Dropped);
                break;
        }
    }

    private void AddCall(ToolUseBlock call)
    {
        var name = call.Toolset is null ? call.Name : $"{call.Toolset}__{call.Name}";
        Replay(ReplayCache.CallAnchor(call.Id));
        Write(new FunctionCallItem(calls.Open(call.Id), tools.UpstreamName(name), Arguments(call.Input)));
    }

    private void AddServerCall(ServerToolUseBlock call)
    {
        if (call is { Name: "web_search", Server: null })
        {
            Write(new WebSearchCallItem(new WebSearchAction("search", Query: call.Input?.Text("query") ?? "")));
            return;
        }

        if (call is { Name: "web_fetch", Server: null })
        {
            Write(new WebSearchCallItem(new WebSearchAction("open_page", Url: call.Input?.Text("url") ?? "")));
            return;
        }

        var name = call.Server is null ? call.Name : $"mcp__{call.Server}__{call.Name}";
        var callId = calls.Reserve(call.Id);
        _serverCalls.Add((call.Id, callId));
        Write(new FunctionCallItem(callId, ToolNames.Shorten(name), Arguments(call.Input)));
    }

    private void AddServerResult(ServerToolResultBlock result)
    {
        if (result.Type == "web_search_tool_result")
        {
            Note(ForeignResults.OfSearch(result.Content));
        }
        else if (result.Type == "web_fetch_tool_result")
        {
            Note(ForeignResults.OfFetch(result.Content));
        }
        else if (_serverCalls.FindIndex(call => call.Id == result.ToolUseId) is >= 0 and var index)
        {
            var output = result.Content is { } json ? CompactJson.Write(json) : "";
            _items.Add(new FunctionCallOutputItem(_serverCalls[index].CallId, output));
            _serverCalls.RemoveAt(index);
        }
    }

    private void Note(string? text)
    {
        if (text is not null)
        {
            _items.Add(new MessageItem("developer", [new InputText(text)]));
        }
    }

    private void CloseText()
    {
        if (_texts.Count == 0)
        {
            return;
        }

        // The same words may stand in two conversations that have no name; the id of a call may not.
        if (!_hasEnvelope && SessionKeys.IsNamed(conversation))
        {
            Replay(ReplayCache.TextAnchor(_texts.Cast<OutputText>().Select(part => part.Text)));
        }

        Write(new MessageItem("assistant", [.. _texts]));
        _texts.Clear();
    }

    // A client that does not carry the reasoning itself gets it back from the cache.
    private void Replay(string anchor)
    {
        if (_hasEnvelope || settings.FindReasoning?.Invoke(conversation, anchor) is not { } kept)
        {
            return;
        }

        foreach (var envelope in kept)
        {
            if (envelope.Model == settings.Model.Model.Slug && !settings.IsRefused(envelope))
            {
                _reasoning.Add(new ReasoningItem(envelope.EncryptedContent) { SealedBy = envelope.Account });
            }
        }
    }

    // Reasoning stands directly before what the model made of it; without that it would be refused.
    private void Write(InputItem item)
    {
        _items.AddRange(_reasoning);
        _reasoning.Clear();
        _items.Add(item);
    }

    // The models want the phase of their messages back; the client's protocol has no field for it, position tells it.
    private void SetPhases()
    {
        var callFollows = false;
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            switch (_items[i])
            {
                case FunctionCallItem or CustomToolCallItem:
                    callFollows = true;
                    break;
                case MessageItem { Role: "assistant" } message:
                    _items[i] = message with { Phase = callFollows ? Commentary : FinalAnswer };
                    break;
            }
        }
    }

    private static ReasoningEnvelope? Envelope(ContentBlock block)
    {
        var signature = block switch
        {
            ThinkingBlock thinking => thinking.Signature,
            RedactedThinkingBlock redacted => redacted.Data,
            _ => null,
        };
        return ReasoningEnvelope.TryOpen(signature, out var envelope) ? envelope : null;
    }

    private static string Arguments(JsonElement? input)
    {
        switch (input)
        {
            case { ValueKind: JsonValueKind.Object } value:
                return IsUnparsed(value) ? "{}" : CompactJson.Write(value);
            case { ValueKind: JsonValueKind.String } text when IsObject(text.GetString()!):
                return text.GetString()!;
            default:
                // What the model sent was no object; the error result that follows tells it.
                return "{}";
        }
    }

    private static bool IsUnparsed(JsonElement input)
    {
        var only = false;
        foreach (var member in input.EnumerateObject())
        {
            if (only || !member.NameEquals("__unparsedToolInput"))
            {
                return false;
            }

            only = true;
        }

        return only;
    }

    private static bool IsObject(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
