namespace CodexProxy.Simulator.Caching;

/// <summary>Figures of one cache lane, or of all.</summary>
/// <param name="CacheKey">The lane's <c>prompt_cache_key</c>; empty for none, or for the total.</param>
/// <param name="Requests">Requests seen.</param>
/// <param name="InputTokens">Their input.</param>
/// <param name="CachedTokens">The part that was cached.</param>
/// <param name="ResentTokens">
/// The part that an earlier request of the lane had sent word for word, but that did not match because something before it
/// had changed: what an unstable prefix costs.
/// </param>
public sealed record LaneStatistics(
    string CacheKey,
    int Requests,
    long InputTokens,
    long CachedTokens,
    long ResentTokens
)
{
    /// <summary>Cached share of the input, 0 to 1.</summary>
    public double HitRatio => InputTokens == 0 ? 0 : (double)CachedTokens / InputTokens;

    internal LaneStatistics And(LaneStatistics other) =>
        this with
        {
            Requests = Requests + other.Requests,
            InputTokens = InputTokens + other.InputTokens,
            CachedTokens = CachedTokens + other.CachedTokens,
            ResentTokens = ResentTokens + other.ResentTokens,
        };
}
