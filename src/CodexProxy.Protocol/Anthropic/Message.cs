namespace CodexProxy.Protocol.Anthropic;

/// <summary>A whole answer, as sent to a client that did not ask for a stream.</summary>
public sealed record Message
{
    /// <summary>Message id, <c>msg_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Model name the client asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Blocks in order; may be empty.</summary>
    public required IReadOnlyList<MessageBlock> Content { get; init; }

    /// <summary>One of <see cref="Anthropic.StopReason"/>.</summary>
    public required string StopReason { get; init; }

    /// <summary>The sequence that matched, for <see cref="StopReason.StopSequence"/>.</summary>
    public string? StopSequence { get; init; }

    /// <summary>Details, for <see cref="StopReason.Refusal"/>.</summary>
    public RefusalDetails? Refusal { get; init; }

    /// <summary>Final counts.</summary>
    public required MessageUsage Usage { get; init; }

    /// <summary>Edits that cleared something; empty leaves <c>context_management</c> out.</summary>
    public IReadOnlyList<AppliedContextEdit> ContextEdits { get; init; } = [];
}

/// <summary>Token counts of a message. The three input counts add up to all input, which is what clients' meters show.</summary>
public sealed record MessageUsage
{
    /// <summary>Input neither read from nor written to the cache; at least 1.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Input written to the prompt cache.</summary>
    public int CacheCreationInputTokens { get; init; }

    /// <summary>Input read from the prompt cache.</summary>
    public int CacheReadInputTokens { get; init; }

    /// <summary>All output, thinking included.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Output spent on thinking; null while unknown.</summary>
    public int? ThinkingTokens { get; init; }

    /// <summary>Hosted searches; with <see cref="WebFetchRequests"/> 0 too, <c>server_tool_use</c> is null.</summary>
    public int WebSearchRequests { get; init; }

    /// <summary>Pages opened for the client's <c>web_fetch</c> tool.</summary>
    public int WebFetchRequests { get; init; }

    /// <summary><c>standard</c> or <c>priority</c>.</summary>
    public string ServiceTier { get; init; } = "standard";

    /// <summary><c>standard</c> or <c>fast</c>.</summary>
    public string Speed { get; init; } = "standard";
}

/// <summary><c>stop_details</c> of a refusal.</summary>
/// <param name="Category"><c>cyber</c>, <c>bio</c> or null.</param>
/// <param name="Explanation">What the upstream said, if anything.</param>
public sealed record RefusalDetails(string? Category, string? Explanation);

/// <summary>One entry of <c>context_management.applied_edits</c>.</summary>
/// <param name="Type">Type of the edit.</param>
/// <param name="ClearedToolUses">Results cleared; written for edits of tool uses.</param>
/// <param name="ClearedThinkingTurns">Turns cleared; written for edits of thinking.</param>
/// <param name="ClearedInputTokens">Estimate of what that saved.</param>
public sealed record AppliedContextEdit(
    string Type,
    int ClearedToolUses,
    int ClearedThinkingTurns,
    int ClearedInputTokens
);

/// <summary>Values of <c>stop_reason</c>.</summary>
public static class StopReason
{
    /// <summary>The model was done.</summary>
    public const string EndTurn = "end_turn";

    /// <summary>The model waits for the results of its calls.</summary>
    public const string ToolUse = "tool_use";

    /// <summary>The output limit was reached.</summary>
    public const string MaxTokens = "max_tokens";

    /// <summary>One of the client's stop sequences came.</summary>
    public const string StopSequence = "stop_sequence";

    /// <summary>The model or a policy refused.</summary>
    public const string Refusal = "refusal";

    /// <summary>Input and output fill the model's window.</summary>
    public const string ContextWindowExceeded = "model_context_window_exceeded";
}
