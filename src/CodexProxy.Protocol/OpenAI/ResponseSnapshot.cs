namespace CodexProxy.Protocol.OpenAI;

/// <summary>The <c>response</c> object inside an event, as far as it is used.</summary>
public sealed record ResponseSnapshot
{
    /// <summary>Response id.</summary>
    public string? Id { get; init; }

    /// <summary>When it was made, Unix seconds.</summary>
    public int? CreatedAt { get; init; }

    /// <summary>Model that serves; may differ from the one asked for.</summary>
    public string? Model { get; init; }

    /// <summary>Tier that served, known in terminal events.</summary>
    public string? ServiceTier { get; init; }

    /// <summary><c>incomplete_details.reason</c>.</summary>
    public string? IncompleteReason { get; init; }

    /// <summary>False when the model wants another request without new input.</summary>
    public bool? EndTurn { get; init; }

    /// <summary>Tokens used; null until the end, and at times even then.</summary>
    public ResponseUsage? Usage { get; init; }

    /// <summary>Items of the output; this backend often leaves it empty.</summary>
    public IReadOnlyList<OutputItem> Output { get; init; } = [];

    /// <summary><c>error.code</c> of a failed response.</summary>
    public string? ErrorCode { get; init; }

    /// <summary><c>error.message</c> of a failed response.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>Token counts of one response.</summary>
/// <param name="InputTokens">All input, cached included.</param>
/// <param name="CachedTokens">Input read from the prompt cache.</param>
/// <param name="CacheWriteTokens">Input written to the prompt cache.</param>
/// <param name="OutputTokens">All output, reasoning included.</param>
/// <param name="ReasoningTokens">Output spent on reasoning.</param>
public sealed record ResponseUsage(
    int InputTokens,
    int CachedTokens,
    int CacheWriteTokens,
    int OutputTokens,
    int ReasoningTokens
);
