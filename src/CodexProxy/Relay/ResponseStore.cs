using CodexProxy.Protocol.Responses;

namespace CodexProxy.Relay;

/// <summary>
/// Finished exchanges of clients that refer to them instead of sending them again: in memory only, apart for each caller,
/// bounded in number and size, and forgotten after a while. The oldest go first.
/// </summary>
internal sealed class ResponseStore(TimeProvider timeProvider)
{
    /// <summary>How long an exchange is kept after it ended.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Exchanges kept at most.</summary>
    public const int Capacity = 1024;

    /// <summary>Bytes kept at most. Items that several exchanges share count for each of them.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Caller, string Id), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();
    private long _bytes;

    /// <summary>Keeps an exchange.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="response">The exchange.</param>
    /// <param name="size">Its size in bytes, earlier exchanges it holds included.</param>
    public void Keep(string caller, KeptResponse response, long size)
    {
        lock (_lock)
        {
            Remove((caller, response.Id));
            if (size > MaxBytes)
            {
                return;
            }

            var entry = new Entry(caller, response, size, timeProvider.GetUtcNow() + Lifetime);
            _entries[(caller, response.Id)] = _byAge.AddLast(entry);
            _bytes += size;
            while (
                _entries.Count > Capacity || _bytes > MaxBytes || _byAge.First!.Value.Until <= timeProvider.GetUtcNow()
            )
            {
                var oldest = _byAge.First!.Value;
                Remove((oldest.Caller, oldest.Response.Id));
            }
        }
    }

    /// <summary>The exchange and its size; null when it is not known, or not this caller's.</summary>
    public (KeptResponse Response, long Size)? Find(string caller, string id)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((caller, id), out var node))
            {
                return null;
            }

            if (node.Value.Until <= timeProvider.GetUtcNow())
            {
                Remove((caller, id));
                return null;
            }

            return (node.Value.Response, node.Value.Size);
        }
    }

    /// <summary>The newest of the caller's items with this id; null when there is none.</summary>
    public KeptItem? FindItem(string caller, string id)
    {
        lock (_lock)
        {
            for (var node = _byAge.Last; node is not null; node = node.Previous)
            {
                var entry = node.Value;
                if (entry.Caller != caller || entry.Until <= timeProvider.GetUtcNow())
                {
                    continue;
                }

                var found =
                    entry.Response.Output.FirstOrDefault(item => item.Id == id)
                    ?? entry.Response.Input.FirstOrDefault(item => item.Id == id);
                if (found is not null)
                {
                    return found;
                }
            }

            return null;
        }
    }

    /// <summary>Forgets an exchange. False when there is none.</summary>
    public bool Forget(string caller, string id)
    {
        lock (_lock)
        {
            return Remove((caller, id));
        }
    }

    private bool Remove((string Caller, string Id) key)
    {
        if (!_entries.Remove(key, out var node))
        {
            return false;
        }

        _byAge.Remove(node);
        _bytes -= node.Value.Size;
        return true;
    }

    private sealed record Entry(string Caller, KeptResponse Response, long Size, DateTimeOffset Until);
}
