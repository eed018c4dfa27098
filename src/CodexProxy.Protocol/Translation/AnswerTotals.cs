using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What a whole answer used, over all the responses that it was made of.</summary>
/// <param name="Usage">Input of the last request, which holds the earlier ones; output of all.</param>
/// <param name="Searches">Hosted searches reported.</param>
/// <param name="Fetches">Page openings reported.</param>
/// <param name="ServiceTier">Tier that served, as the response names it.</param>
internal sealed record AnswerTotals(ResponseUsage Usage, int Searches, int Fetches, string? ServiceTier);
