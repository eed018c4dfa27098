using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>The answer as items: what is said, what is thought, and the calls, in the order of their first pieces.</summary>
internal sealed class ChatAnswerItems(ChatUpstreamAnswer answer, ChatEvents events)
{
    private readonly List<ChatOutput> _items = [];
    private ChatOutput? _spoken;
    private string? _responseId;

    /// <summary>Model that serves, under the name a client can ask for it; null while unknown.</summary>
    public string? Model { get; set; }

    /// <summary>Tokens used; null where the upstream does not tell.</summary>
    public ResponseUsage? Usage { get; set; }

    public bool IsEmpty => _items.Count == 0;

    /// <summary>Announces the answer, once.</summary>
    /// <param name="id">The upstream's id of it, if it has one.</param>
    public void Begin(string? id)
    {
        if (_responseId is null)
        {
            // Some upstreams give every answer the same id.
            _responseId = "resp_" + Identifiers.Hex($"{answer.Seed} {id}", 40);
            events.Response("response.created", writer => Write(writer, "in_progress", null));
        }
    }

    /// <summary>Adds to what is said.</summary>
    public void Say(string text, bool isRefusal)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_spoken is not ChatMessageOutput message)
        {
            message = Open(new ChatMessageOutput(_items.Count, Id("msg")));
        }

        message.Append(text, isRefusal, events);
    }

    /// <summary>Adds to what is thought.</summary>
    public void Think(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_spoken is not ChatReasoningOutput reasoning)
        {
            reasoning = Open(new ChatReasoningOutput(_items.Count, Id("rs"), answer.ReturnsReasoning));
        }

        reasoning.Append(text, events);
    }

    /// <summary>Begins a call. Calls stay open to the end, because their pieces may be interleaved.</summary>
    public ChatCallOutput Call(string callId, string name)
    {
        CloseSpoken();
        var isCustom = answer.CustomTools.Contains(name);
        var call = new ChatCallOutput(
            _items.Count,
            Id(isCustom ? "ctc" : "fc"),
            Identifiers.ToUpstreamCallId(callId),
            name,
            isCustom
        );
        _items.Add(call);
        call.Open(events);
        return call;
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="reason">Why it is not whole; null when it is.</param>
    public void End(string? reason)
    {
        var status = reason is null ? "completed" : "incomplete";
        foreach (var item in _items)
        {
            item.Close(events, status);
        }

        events.Response("response." + status, writer => Write(writer, status, reason));
    }

    private T Open<T>(T item)
        where T : ChatOutput
    {
        CloseSpoken();
        _spoken = item;
        _items.Add(item);
        item.Open(events);
        return item;
    }

    private void CloseSpoken()
    {
        _spoken?.Close(events, "completed");
        _spoken = null;
    }

    private string Id(string kind) => $"{kind}_{Identifiers.Hex($"{answer.Seed} {_items.Count}", 40)}";

    private void Write(Utf8JsonWriter writer, string status, string? reason)
    {
        var ended = status != "in_progress";
        writer.WriteStartObject();
        writer.WriteString("id"u8, _responseId);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, answer.CreatedAt);
        writer.WriteString("status"u8, status);
        writer.WriteNull("error"u8);
        writer.WritePropertyName("incomplete_details"u8);
        if (reason is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("reason"u8, reason);
            writer.WriteEndObject();
        }

        if (Model is not null)
        {
            writer.WriteString("model"u8, Model);
        }

        writer.WriteStartArray("output"u8);
        foreach (var item in ended ? _items : [])
        {
            item.Write(writer);
        }

        writer.WriteEndArray();
        if (ended && Usage is not null)
        {
            ChatEvents.WriteUsage(writer, Usage);
        }
        else
        {
            writer.WriteNull("usage"u8);
        }

        writer.WriteEndObject();
    }
}
