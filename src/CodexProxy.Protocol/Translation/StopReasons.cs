using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>Why an answer ended, as the client's protocol says it.</summary>
/// <param name="Reason">One of <see cref="StopReason"/>.</param>
/// <param name="Sequence">The stop sequence that matched.</param>
/// <param name="Refusal">Details of a refusal.</param>
/// <param name="ByModel">Whether the model itself refused, in words that are part of the answer.</param>
internal readonly record struct Stop(
    string Reason,
    string? Sequence = null,
    RefusalDetails? Refusal = null,
    bool ByModel = false
);

/// <summary>Decides <c>stop_reason</c>.</summary>
internal static class StopReasons
{
    /// <summary>The reason of a response that completed.</summary>
    /// <param name="refusal">Text of the refusal parts; null when the model did not refuse.</param>
    /// <param name="hasCall">Whether a call was finished.</param>
    internal static Stop Completed(string? refusal, bool hasCall) =>
        hasCall ? new(StopReason.ToolUse)
        : refusal is not null ? new(StopReason.Refusal, Refusal: new(null, refusal), ByModel: true)
        : new(StopReason.EndTurn);

    /// <summary>The reason of a response that ended early. Calls do not count: the last one may be half an input.</summary>
    internal static Stop Incomplete(string? reason) =>
        reason switch
        {
            "content_filter" => new(StopReason.Refusal, Refusal: new(null, null)),
            "max_output_tokens" or null => new(StopReason.MaxTokens),
            _ when reason.Contains("context", StringComparison.OrdinalIgnoreCase)
                    || reason.Contains("prompt", StringComparison.OrdinalIgnoreCase) => new(
                StopReason.ContextWindowExceeded
            ),
            _ => new(StopReason.MaxTokens),
        };

    /// <summary>Whether a failure is a policy's refusal, which is an answer and no error.</summary>
    internal static bool IsPolicy(string? code) =>
        code is not null && code.Contains("policy", StringComparison.OrdinalIgnoreCase);

    /// <summary>The reason after a policy's refusal.</summary>
    internal static Stop Policy(string code, string? explanation)
    {
        var category = code switch
        {
            "cyber_policy" => "cyber",
            "bio_policy" => "bio",
            _ => null,
        };
        return new(StopReason.Refusal, Refusal: new(category, explanation));
    }
}
