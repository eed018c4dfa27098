namespace CodexProxy.Protocol.Anthropic;

/// <summary>One event of a streamed answer. The same events are written to a stream or folded into one message.</summary>
public abstract record StreamEvent
{
    private StreamEvent() { }

    /// <summary><c>message_start</c>.</summary>
    /// <param name="Id">Message id.</param>
    /// <param name="Model">Model name the client asked for.</param>
    /// <param name="Usage">Estimate; the counts of <see cref="MessageDelta"/> replace it.</param>
    public sealed record MessageStart(string Id, string Model, MessageUsage Usage) : StreamEvent;

    /// <summary><c>ping</c>: keeps the connection alive.</summary>
    public sealed record Ping : StreamEvent
    {
        private Ping() { }

        /// <summary>The only instance.</summary>
        public static Ping Instance { get; } = new();
    }

    /// <summary><c>content_block_start</c>.</summary>
    /// <param name="Index">Position of the block, 0, 1, 2 … without gap.</param>
    /// <param name="Block">The block as it begins.</param>
    public sealed record BlockStart(int Index, MessageBlock Block) : StreamEvent;

    /// <summary><c>content_block_delta</c> with <c>text_delta</c>.</summary>
    public sealed record TextDelta(int Index, string Text) : StreamEvent;

    /// <summary><c>content_block_delta</c> with <c>thinking_delta</c>.</summary>
    public sealed record ThinkingDelta(int Index, string Thinking) : StreamEvent;

    /// <summary><c>content_block_delta</c> with <c>signature_delta</c>.</summary>
    public sealed record SignatureDelta(int Index, string Signature) : StreamEvent;

    /// <summary><c>content_block_delta</c> with <c>input_json_delta</c>.</summary>
    public sealed record InputJsonDelta(int Index, string PartialJson) : StreamEvent;

    /// <summary><c>content_block_delta</c> with <c>citations_delta</c>.</summary>
    public sealed record CitationsDelta(int Index, Citation Citation) : StreamEvent;

    /// <summary><c>content_block_stop</c>.</summary>
    public sealed record BlockStop(int Index) : StreamEvent;

    /// <summary><c>message_delta</c>: how the message ended.</summary>
    /// <param name="StopReason">One of <see cref="StopReason"/>.</param>
    /// <param name="StopSequence">The sequence that matched, for <see cref="StopReason.StopSequence"/>.</param>
    /// <param name="Refusal">Details, for <see cref="StopReason.Refusal"/>.</param>
    /// <param name="Usage">Final counts.</param>
    /// <param name="ContextEdits">Edits that cleared something; empty leaves <c>context_management</c> out.</param>
    public sealed record MessageDelta(
        string StopReason,
        string? StopSequence,
        RefusalDetails? Refusal,
        MessageUsage Usage,
        IReadOnlyList<AppliedContextEdit> ContextEdits
    ) : StreamEvent;

    /// <summary><c>message_stop</c>.</summary>
    public sealed record MessageStop : StreamEvent
    {
        private MessageStop() { }

        /// <summary>The only instance.</summary>
        public static MessageStop Instance { get; } = new();
    }

    /// <summary><c>error</c>: the last event of an answer that failed after it had begun.</summary>
    /// <param name="Type">Error type, such as <c>api_error</c>.</param>
    /// <param name="Message">Text for people and for clients that act on it.</param>
    /// <param name="RequestId">Id the client can quote.</param>
    public sealed record Error(string Type, string Message, string RequestId) : StreamEvent;
}
