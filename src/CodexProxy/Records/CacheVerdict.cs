namespace CodexProxy.Records;

/// <summary>What the upstream's prompt cache did for a request.</summary>
internal enum CacheOutcome
{
    /// <summary>First request of its lane: there was nothing to find.</summary>
    First,

    /// <summary>The part before was too short to be cached at all.</summary>
    Short,

    /// <summary>What was sent again was read from the cache, as far as the cache's blocks go.</summary>
    Hit,

    /// <summary>Some or all of what was sent again had to be paid for again.</summary>
    Miss,
}

/// <summary>What a request found in the prompt cache, and what its body had changed.</summary>
/// <param name="Outcome">Hit or miss.</param>
/// <param name="Lane">Number of the lane in its session, from 1.</param>
/// <param name="Input">Tokens of the request.</param>
/// <param name="Resent">Tokens of the lane's last request, which this one sends again.</param>
/// <param name="Cached">Tokens read from the cache.</param>
/// <param name="Changes">Members that are others than in the lane's last request.</param>
/// <param name="Idle">Time since the lane's last request; null for the first.</param>
internal sealed record CacheVerdict(
    CacheOutcome Outcome,
    int Lane,
    long Input,
    long Resent,
    long Cached,
    IReadOnlyList<string> Changes,
    TimeSpan? Idle
)
{
    // The upstream caches whole blocks of 128 tokens, from 1024 on.
    private const int Least = 1024;
    private const int Slack = 256;
    private const double Share = 0.05;

    // The upstream's guides speak of five to ten minutes without a request.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    /// <summary>The verdict on a request that has a forerunner.</summary>
    public static CacheVerdict Judge(
        int lane,
        long input,
        long before,
        long cached,
        IReadOnlyList<string> changes,
        TimeSpan idle
    )
    {
        var resent = Math.Min(before, input);
        var outcome =
            resent < Least ? CacheOutcome.Short
            : resent - cached <= Math.Max(Slack, resent * Share) ? CacheOutcome.Hit
            : CacheOutcome.Miss;
        return new CacheVerdict(outcome, lane, input, resent, cached, changes, idle);
    }

    /// <summary>Why a miss was one, for people.</summary>
    public string? Reason =>
        Outcome != CacheOutcome.Miss ? null
        : Changes.Count > 0 ? string.Join(", ", Changes)
        : Idle >= Memory ? $"nothing changed; the lane was idle for {(int)Idle.Value.TotalMinutes} minutes"
        : "nothing changed; the upstream did not find it";
}
