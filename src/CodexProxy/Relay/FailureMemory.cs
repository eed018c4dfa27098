using System.Collections.Concurrent;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// Final refusals of the last minute by account and hash of the body that met them. A client that repeats a refused request in
/// variations which translate to the same body gets the same answer without another upstream call.
/// </summary>
internal sealed class FailureMemory(TimeProvider timeProvider)
{
    private const int Capacity = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, (UpstreamFailure Failure, DateTimeOffset At)> _failures = new();

    /// <summary>The remembered refusal of this body, if it is fresh. A clock that was set back makes nothing fresh for longer.</summary>
    public UpstreamFailure? Find(string bodyHash) =>
        _failures.TryGetValue(bodyHash, out var entry) && (timeProvider.GetUtcNow() - entry.At).Duration() < Lifetime
            ? entry.Failure
            : null;

    /// <summary>Whether there is anything to look up: hashing a body costs more than asking.</summary>
    public bool IsEmpty => _failures.IsEmpty;

    /// <summary>Remembers a refusal that would come again.</summary>
    public void Remember(string bodyHash, UpstreamFailure failure)
    {
        if (_failures.Count >= Capacity)
        {
            DropOldest();
        }

        _failures[bodyHash] = (failure, timeProvider.GetUtcNow());
    }

    private void DropOldest()
    {
        var limit = timeProvider.GetUtcNow() - Lifetime;
        foreach (var (key, entry) in _failures)
        {
            if (entry.At < limit)
            {
                _failures.TryRemove(key, out _);
            }
        }

        if (_failures.Count >= Capacity)
        {
            _failures.TryRemove(_failures.MinBy(entry => entry.Value.At).Key, out _);
        }
    }
}
