using System.Threading.Channels;

namespace CodexProxy.Telemetry;

/// <summary>The last lines of the log in memory, and those who watch what comes. Safe for any number of threads.</summary>
internal sealed class LogRing
{
    /// <summary>Lines kept.</summary>
    public const int Capacity = 1000;

    /// <summary>Lines that may wait for one watcher; one that is slower is let go.</summary>
    public const int WatcherCapacity = 2 * Capacity;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly List<Channel<LogLine>> _watchers = [];
    private long _last;

    /// <summary>Makes a ring.</summary>
    /// <param name="firstId">Id before the first line's. The time of the start in milliseconds keeps ids increasing over restarts.</param>
    public LogRing(long firstId = 0) => _last = firstId;

    /// <summary>How many watch.</summary>
    public int Watchers
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    /// <summary>Adds a line and gives it its id.</summary>
    public LogLine Add(LogLine line)
    {
        lock (_gate)
        {
            line = line with { Id = ++_last };
            _lines.Enqueue(line);
            if (_lines.Count > Capacity)
            {
                _lines.Dequeue();
            }

            for (var i = _watchers.Count - 1; i >= 0; i--)
            {
                // Nobody waits for a slow reader: it comes back with the id of the last line it has.
                if (!_watchers[i].Writer.TryWrite(line))
                {
                    _watchers[i].Writer.TryComplete();
                    _watchers.RemoveAt(i);
                }
            }

            return line;
        }
    }

    /// <summary>The last lines, oldest first.</summary>
    /// <param name="least">Least level.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<LogLine> Last(LogLevel least, int limit)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.Level >= least).TakeLast(limit)];
        }
    }

    /// <summary>Begins to watch: what is kept after an id, then all that comes, without a gap.</summary>
    /// <param name="after">Id of the last known line; null for only what comes. One that is ahead of all is of another run.</param>
    public LogWatch Watch(long? after)
    {
        // What is kept must fit beside what comes.
        var channel = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(WatcherCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
        );
        lock (_gate)
        {
            if (after is { } known)
            {
                foreach (var line in _lines.Where(line => line.Id > known || known > _last))
                {
                    channel.Writer.TryWrite(line);
                }
            }

            _watchers.Add(channel);
        }

        return new LogWatch(this, channel);
    }

    internal void Leave(Channel<LogLine> channel)
    {
        lock (_gate)
        {
            _watchers.Remove(channel);
        }
    }
}

/// <summary>One who watches the log. Disposing of it ends the watching.</summary>
internal sealed class LogWatch(LogRing ring, Channel<LogLine> channel) : IDisposable
{
    /// <summary>The lines; it ends when the watcher was too slow.</summary>
    public ChannelReader<LogLine> Lines => channel.Reader;

    /// <inheritdoc/>
    public void Dispose() => ring.Leave(channel);
}
