using System.Collections.Concurrent;
using System.Text.Json;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Codex;

/// <summary>What is known of one account's quota.</summary>
/// <param name="Snapshot">The newest of everything that was told.</param>
/// <param name="At">When it was told last.</param>
/// <param name="Report">The last answer of the usage endpoint, as it came; null while it was never asked.</param>
internal sealed record KnownQuota(RateLimitSnapshot Snapshot, DateTimeOffset At, JsonElement? Report);

/// <summary>The newest known quota of each account by its key, swapped whole; readers never lock.</summary>
internal sealed class QuotaBook(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, KnownQuota> _accounts = new();

    /// <summary>What is known of each account, by its key.</summary>
    public IEnumerable<KeyValuePair<string, KnownQuota>> All => _accounts;

    /// <summary>Raised after something was told of an account's quota, with the account's key.</summary>
    public event Action<string>? Told;

    /// <summary>The account's quota; null while nothing is known.</summary>
    public RateLimitSnapshot? Find(string account) => Known(account)?.Snapshot;

    /// <summary>What is known of the account's quota; null while nothing is.</summary>
    public KnownQuota? Known(string account) => _accounts.GetValueOrDefault(account);

    /// <summary>How old the account's quota is; null while nothing is known.</summary>
    public TimeSpan? Age(string account) => Known(account) is { } known ? timeProvider.GetUtcNow() - known.At : null;

    /// <summary>Adds what an answer told.</summary>
    public void Update(string account, RateLimitSnapshot? newer, JsonElement? report = null)
    {
        if (newer is null)
        {
            return;
        }

        _accounts.AddOrUpdate(
            account,
            static (_, added) => new KnownQuota(added.newer, added.now, added.report),
            static (_, known, added) =>
                new KnownQuota(known.Snapshot.Merge(added.newer), added.now, added.report ?? known.Report),
            (newer, now: timeProvider.GetUtcNow(), report)
        );
        Told?.Invoke(account);
    }
}
