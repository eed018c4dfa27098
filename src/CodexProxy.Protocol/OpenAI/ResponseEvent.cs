using System.Text.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// One event of an upstream stream. The union is closed: what the gateway has no use for is <see cref="ProgressEvent"/>,
/// what it does not know is <see cref="UnknownEvent"/>, what it cannot read is <see cref="MalformedEvent"/>.
/// </summary>
public abstract record ResponseEvent;

/// <summary>
/// Which output item an event belongs to. Every member may be missing: some relays drop the index, others the id.
/// </summary>
/// <param name="Index"><c>output_index</c>, or null; the first choice for finding the item.</param>
/// <param name="ItemId">Item id; on deltas only read when the index is missing.</param>
/// <param name="CallId">Call id, for calls.</param>
public readonly record struct ItemKey(int? Index, string? ItemId = null, string? CallId = null);

/// <summary><c>response.created</c>, <c>.in_progress</c> and <c>.queued</c>: the response has an id, nothing more.</summary>
public sealed record ResponseStarted(ResponseSnapshot Response) : ResponseEvent;

/// <summary><c>response.output_item.added</c>: an item begins; its content is an early snapshot.</summary>
public sealed record OutputItemAdded(ItemKey Key, OutputItem Item) : ResponseEvent;

/// <summary><c>response.output_item.done</c>: the item in its final form.</summary>
public sealed record OutputItemDone(ItemKey Key, OutputItem Item) : ResponseEvent;

/// <summary><c>response.output_text.delta</c> or <c>response.refusal.delta</c>.</summary>
/// <param name="Key">The message.</param>
/// <param name="ContentIndex">Part of the message.</param>
/// <param name="Delta">New text.</param>
/// <param name="IsRefusal">Whether the part is a refusal.</param>
public sealed record OutputTextDelta(ItemKey Key, int ContentIndex, string Delta, bool IsRefusal) : ResponseEvent;

/// <summary><c>response.output_text.done</c> or <c>response.refusal.done</c>: the part's whole text.</summary>
/// <param name="Key">The message.</param>
/// <param name="ContentIndex">Part of the message.</param>
/// <param name="Text">The whole text.</param>
/// <param name="IsRefusal">Whether the part is a refusal.</param>
public sealed record OutputTextDone(ItemKey Key, int ContentIndex, string Text, bool IsRefusal) : ResponseEvent;

/// <summary><c>response.output_text.annotation.added</c>.</summary>
/// <param name="Key">The message.</param>
/// <param name="ContentIndex">Part of the message.</param>
/// <param name="Citation">The citation; null for annotations of other kinds.</param>
public sealed record AnnotationAdded(ItemKey Key, int ContentIndex, UrlCitation? Citation) : ResponseEvent;

/// <summary><c>response.reasoning_summary_part.added</c>.</summary>
public sealed record SummaryPartAdded(ItemKey Key, int SummaryIndex) : ResponseEvent;

/// <summary><c>response.reasoning_summary_text.delta</c>.</summary>
public sealed record SummaryTextDelta(ItemKey Key, int SummaryIndex, string Delta) : ResponseEvent;

/// <summary><c>response.reasoning_text.delta</c>: raw reasoning, only of models with open weights.</summary>
public sealed record ReasoningTextDelta(ItemKey Key, string Delta) : ResponseEvent;

/// <summary><c>response.function_call_arguments.delta</c> or <c>response.custom_tool_call_input.delta</c>.</summary>
public sealed record CallInputDelta(ItemKey Key, string Delta) : ResponseEvent;

/// <summary><c>response.function_call_arguments.done</c> or <c>response.custom_tool_call_input.done</c>.</summary>
/// <param name="Key">The call.</param>
/// <param name="Input">The whole input.</param>
/// <param name="Name">Tool name, when the event carries it.</param>
public sealed record CallInputDone(ItemKey Key, string Input, string? Name) : ResponseEvent;

/// <summary><c>response.completed</c>: the only place with usage.</summary>
public sealed record ResponseCompleted(ResponseSnapshot Response) : ResponseEvent;

/// <summary><c>response.incomplete</c>: ended early for the reason in the snapshot.</summary>
public sealed record ResponseIncomplete(ResponseSnapshot Response) : ResponseEvent;

/// <summary><c>response.failed</c>.</summary>
/// <param name="Response">What is known of the response.</param>
/// <param name="Code"><c>response.error.code</c>.</param>
/// <param name="Message"><c>response.error.message</c>.</param>
/// <param name="Payload">The whole event, for whoever interprets failures.</param>
public sealed record ResponseFailed(ResponseSnapshot Response, string? Code, string? Message, JsonElement Payload)
    : ResponseEvent;

/// <summary><c>error</c>, flat (<c>code</c>, <c>message</c>) or like an HTTP answer (<c>status</c>, <c>error</c>, <c>headers</c>).</summary>
/// <param name="Code">Code, or the type when there is no code.</param>
/// <param name="Message">Message.</param>
/// <param name="Payload">The whole event, for whoever interprets failures.</param>
public sealed record ErrorEvent(string? Code, string? Message, JsonElement Payload) : ResponseEvent;

/// <summary><c>codex.rate_limits</c>: feeds the account's state; never a failure of this response.</summary>
public sealed record RateLimitsEvent(JsonElement Payload) : ResponseEvent;

/// <summary><c>response.metadata</c> and <c>codex.response.metadata</c>: headers that come inside the stream.</summary>
public sealed record MetadataEvent(JsonElement Payload) : ResponseEvent;

/// <summary>A known event that says nothing beyond «still alive»: search progress, part borders, <c>keepalive</c>.</summary>
public sealed record ProgressEvent : ResponseEvent
{
    private ProgressEvent() { }

    /// <summary>The only instance.</summary>
    public static ProgressEvent Instance { get; } = new();
}

/// <summary>An event of a type the gateway does not know; skipped, logged once per type.</summary>
public sealed record UnknownEvent(string Type) : ResponseEvent;

/// <summary>Bytes that are no event.</summary>
/// <param name="Reason">What is wrong, without quoting the bytes.</param>
public sealed record MalformedEvent(string Reason) : ResponseEvent;

/// <summary>An event together with the bytes it was read from, for answers that pass it on.</summary>
/// <param name="Event">What it says.</param>
/// <param name="Json">The event's data, UTF-8.</param>
public sealed record RawEvent(ResponseEvent Event, ReadOnlyMemory<byte> Json) : ResponseEvent;
