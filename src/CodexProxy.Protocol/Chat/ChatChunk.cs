using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Chat;

/// <summary>One piece of a streamed answer. The same pieces are written to a stream or folded into one completion.</summary>
public abstract record ChatChunk
{
    private ChatChunk() { }

    /// <summary>A change of the message, or how it ended.</summary>
    /// <param name="Head">What every chunk repeats.</param>
    /// <param name="Change">What is new.</param>
    /// <param name="FinishReason">One of <see cref="ChatFinishReason"/> on the last change, else null.</param>
    /// <param name="ServiceTier">Tier that served, once known.</param>
    public sealed record Delta(ChatHead Head, ChatDelta Change, string? FinishReason = null, string? ServiceTier = null)
        : ChatChunk;

    /// <summary>The tokens used; only for clients that asked for it.</summary>
    /// <param name="Head">What every chunk repeats.</param>
    /// <param name="Counts">The tokens.</param>
    /// <param name="ServiceTier">Tier that served, if known.</param>
    public sealed record Usage(ChatHead Head, ChatUsage Counts, string? ServiceTier = null) : ChatChunk;

    /// <summary>A comment that keeps the connection alive.</summary>
    public sealed record KeepAlive : ChatChunk
    {
        private KeepAlive() { }

        /// <summary>The only instance.</summary>
        public static KeepAlive Instance { get; } = new();
    }

    /// <summary><c>[DONE]</c>: the end of an answer that did not fail.</summary>
    public sealed record Done : ChatChunk
    {
        private Done() { }

        /// <summary>The only instance.</summary>
        public static Done Instance { get; } = new();
    }

    /// <summary>The last piece of an answer that failed after it had begun.</summary>
    public sealed record Error(OpenAIError Problem) : ChatChunk;
}

/// <summary>What every chunk of an answer repeats.</summary>
/// <param name="Id">Id of the answer.</param>
/// <param name="Created">When it began, Unix seconds.</param>
/// <param name="Model">Model name the client asked for.</param>
/// <param name="IncludesUsage">Whether a usage chunk follows; then every other chunk says that it has none.</param>
public sealed record ChatHead(string Id, long Created, string Model, bool IncludesUsage);

/// <summary>What is new in a message; what is null has not changed.</summary>
public sealed record ChatDelta
{
    /// <summary>Nothing new.</summary>
    public static ChatDelta None { get; } = new();

    /// <summary><c>assistant</c>, on the first chunk only.</summary>
    public string? Role { get; init; }

    /// <summary>New text.</summary>
    public string? Content { get; init; }

    /// <summary>New text of a refusal.</summary>
    public string? Refusal { get; init; }

    /// <summary>New text of the reasoning summary.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>New calls, or new input of calls; null when nothing is new.</summary>
    public IReadOnlyList<ChatToolCallDelta>? ToolCalls { get; init; }

    /// <summary>New input of the one call, in its oldest form.</summary>
    public ChatFunctionDelta? FunctionCall { get; init; }

    /// <summary>New citations; null when there are none.</summary>
    public IReadOnlyList<ChatAnnotation>? Annotations { get; init; }
}

/// <summary>A new call, or new input of one.</summary>
/// <param name="Index">Place among the calls, from 0.</param>
/// <param name="Id">Its id, on the chunk that begins it.</param>
/// <param name="Function">Its name, on the chunk that begins it, and new input.</param>
/// <param name="IsCustom">Whether the tool is a custom one.</param>
public sealed record ChatToolCallDelta(int Index, string? Id, ChatFunctionDelta Function, bool IsCustom = false);

/// <summary>New input of a call.</summary>
/// <param name="Name">Tool name, on the chunk that begins it.</param>
/// <param name="Arguments">New text of the arguments.</param>
public sealed record ChatFunctionDelta(string? Name, string Arguments);

/// <summary>A cited web page.</summary>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Start">First code point of the cited span of the content.</param>
/// <param name="End">Code point after the span.</param>
public sealed record ChatAnnotation(string Url, string Title, int Start, int End);

/// <summary>Tokens used.</summary>
/// <param name="PromptTokens">All input, cached included.</param>
/// <param name="CachedTokens">Input read from the prompt cache.</param>
/// <param name="CacheWriteTokens">Input written to the prompt cache.</param>
/// <param name="CompletionTokens">All output, reasoning included.</param>
/// <param name="ReasoningTokens">Output spent on reasoning.</param>
public sealed record ChatUsage(
    int PromptTokens,
    int CachedTokens,
    int CacheWriteTokens,
    int CompletionTokens,
    int ReasoningTokens
)
{
    /// <summary>Input and output together.</summary>
    public long TotalTokens => (long)PromptTokens + CompletionTokens;
}

/// <summary>Values of <c>finish_reason</c>.</summary>
public static class ChatFinishReason
{
    /// <summary>The model had said all, or a stop sequence came.</summary>
    public const string Stop = "stop";

    /// <summary>A limit was reached.</summary>
    public const string Length = "length";

    /// <summary>The client is to run calls.</summary>
    public const string ToolCalls = "tool_calls";

    /// <summary>The client is to run the one call, in its oldest form.</summary>
    public const string FunctionCall = "function_call";

    /// <summary>A filter or a policy ended the answer.</summary>
    public const string ContentFilter = "content_filter";
}
