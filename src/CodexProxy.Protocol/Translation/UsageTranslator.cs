using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Translates token counts. The upstream's input includes what was cached; clients add the three counts up.</summary>
internal static class UsageTranslator
{
    /// <summary>The counts of <c>message_start</c>, before anything is known.</summary>
    internal static MessageUsage Estimate(int inputTokens) =>
        new() { InputTokens = Math.Max(1, inputTokens), OutputTokens = 1 };

    /// <summary>The upstream's own counts. The three input counts always add up to its total.</summary>
    internal static MessageUsage Translate(ResponseUsage usage)
    {
        // Uncached input never falls below 1: some clients keep their estimate when the final value is 0.
        var written = Math.Min(usage.CacheWriteTokens, Math.Max(0, usage.InputTokens - 1));
        var read = Math.Min(usage.CachedTokens, Math.Max(0, usage.InputTokens - 1 - written));
        return new()
        {
            InputTokens = Math.Max(1, usage.InputTokens - written - read),
            CacheCreationInputTokens = written,
            CacheReadInputTokens = read,
            OutputTokens = usage.OutputTokens,
            ThinkingTokens = usage.ReasoningTokens,
        };
    }
}
