using System.Collections.Concurrent;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Codex;

/// <summary>The newest known quota of each account, swapped whole; readers never lock.</summary>
internal sealed class QuotaBook(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, (RateLimitSnapshot Snapshot, DateTimeOffset At)> _accounts = new();

    /// <summary>The account's quota; null while nothing is known.</summary>
    public RateLimitSnapshot? Find(string account) =>
        _accounts.TryGetValue(account, out var entry) ? entry.Snapshot : null;

    /// <summary>How old the account's quota is; null while nothing is known.</summary>
    public TimeSpan? Age(string account) =>
        _accounts.TryGetValue(account, out var entry) ? timeProvider.GetUtcNow() - entry.At : null;

    /// <summary>Adds what an answer told.</summary>
    public void Update(string account, RateLimitSnapshot? newer)
    {
        if (newer is null)
        {
            return;
        }

        _accounts.AddOrUpdate(
            account,
            static (_, added) => (added.newer, added.now),
            static (_, known, added) => (known.Snapshot.Merge(added.newer), added.now),
            (newer, now: timeProvider.GetUtcNow())
        );
    }
}
