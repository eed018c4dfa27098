using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What a whole answer used, over all the responses that it was made of.</summary>
/// <param name="Usage">Input of the last request, which holds the earlier ones; output of all.</param>
/// <param name="Searches">Hosted searches reported.</param>
/// <param name="Fetches">Page openings reported.</param>
/// <param name="ServiceTier">Tier that served, as the response names it.</param>
internal sealed record AnswerTotals(ResponseUsage Usage, int Searches, int Fetches, string? ServiceTier)
{
    /// <summary>The totals after a response.</summary>
    /// <param name="attempt">The response.</param>
    /// <param name="earlier">The totals before it; null when it is the first.</param>
    /// <param name="inputEstimate">Input in tokens, if the response does not say.</param>
    /// <param name="countOutput">Counts its output in tokens; asked only if the response does not say.</param>
    internal static AnswerTotals Of(
        ResponseAttempt attempt,
        AnswerTotals? earlier,
        int inputEstimate,
        Func<int> countOutput
    )
    {
        var usage =
            attempt.Response.Usage
            ?? new ResponseUsage(
                Math.Max(1, inputEstimate),
                CachedTokens: 0,
                CacheWriteTokens: 0,
                countOutput(),
                ReasoningTokens: 0
            );
        return new AnswerTotals(
            usage with
            {
                OutputTokens = usage.OutputTokens + (earlier?.Usage.OutputTokens ?? 0),
                ReasoningTokens = usage.ReasoningTokens + (earlier?.Usage.ReasoningTokens ?? 0),
            },
            attempt.Searches.Searches + (earlier?.Searches ?? 0),
            attempt.Searches.Fetches + (earlier?.Fetches ?? 0),
            attempt.Response.ServiceTier
        );
    }
}
