using CodexProxy.Records;

namespace CodexProxy.Views;

/// <summary>What the upstream's prompt cache did, by session.</summary>
/// <param name="Sessions">The latest first.</param>
internal sealed record CacheView(IReadOnlyList<CacheSessionView> Sessions)
{
    public static CacheView Of(CacheBook caches) => new([.. caches.Sessions.Select(CacheSessionView.Of)]);
}

/// <summary>One session.</summary>
/// <param name="Session">Its id; <c>anonymous</c> for clients without one.</param>
/// <param name="Requests">Answered requests.</param>
/// <param name="InputTokens">Their input tokens.</param>
/// <param name="ResentTokens">Tokens that had been sent before.</param>
/// <param name="CachedTokens">Those of them that were read from the cache.</param>
/// <param name="HitRatio">Cached share of the tokens sent again, 0 to 1; null while none were.</param>
/// <param name="Misses">Requests that had to pay again.</param>
/// <param name="Entries">The last requests, oldest first.</param>
internal sealed record CacheSessionView(
    string Session,
    long Requests,
    long InputTokens,
    long ResentTokens,
    long CachedTokens,
    double? HitRatio,
    long Misses,
    IReadOnlyList<CacheEntryView> Entries
)
{
    public static CacheSessionView Of(CacheStory story) =>
        new(
            story.Session,
            story.Requests,
            story.Input,
            story.Resent,
            story.Cached,
            story.Resent == 0 ? null : (double)story.Cached / story.Resent,
            story.Misses,
            [.. story.Entries.Select(CacheEntryView.Of)]
        );
}

/// <summary>One request of a session.</summary>
/// <param name="At">When it ended.</param>
/// <param name="RequestId">Its id.</param>
/// <param name="Lane">Number of its lane: conversations and side requests of a session have lanes of their own.</param>
/// <param name="Model">Upstream model.</param>
/// <param name="InputTokens">All input.</param>
/// <param name="ResentTokens">Tokens of the lane's last request.</param>
/// <param name="CachedTokens">Input read from the cache.</param>
/// <param name="Outcome"><c>first</c>, <c>short</c>, <c>hit</c> or <c>miss</c>.</param>
/// <param name="Changes">Members that are others than in the lane's last request.</param>
/// <param name="Reason">Why it missed; null when it did not.</param>
internal sealed record CacheEntryView(
    DateTimeOffset At,
    string RequestId,
    int Lane,
    string Model,
    long InputTokens,
    long ResentTokens,
    long CachedTokens,
    string Outcome,
    IReadOnlyList<string> Changes,
    string? Reason
)
{
    /// <summary>Cached share of what was sent again, 0 to 1; null when nothing was.</summary>
    public double? HitRatio => ResentTokens == 0 ? null : Math.Min(1, (double)CachedTokens / ResentTokens);

    public static CacheEntryView Of(CacheEntry entry) =>
        new(
            entry.At,
            entry.RequestId,
            entry.Verdict.Lane,
            entry.Model,
            entry.Verdict.Input,
            entry.Verdict.Resent,
            entry.Verdict.Cached,
            entry.Verdict.Outcome.ToString().ToLowerInvariant(),
            entry.Verdict.Changes,
            entry.Verdict.Reason
        );
}
