namespace CodexProxy.Feed;

/// <summary>What a reader gets of the feed.</summary>
/// <param name="Events">What has happened since, oldest first.</param>
/// <param name="HasGap">Whether some of it is forgotten already, or the reader's number is none of ours: it starts anew.</param>
/// <param name="LastId">Number of the last event so far.</param>
internal readonly record struct FeedBatch(IReadOnlyList<FeedEvent> Events, bool HasGap, long LastId);

/// <summary>
/// What has happened, for whoever looks on. The last <see cref="Capacity"/> facts are kept; readers come for them with the
/// number they have seen last. Nobody is sent anything, so a slow reader costs the writers nothing: it finds a gap.
/// </summary>
internal sealed class LiveFeed
{
    /// <summary>Facts kept.</summary>
    public const int Capacity = 500;

    // Numbers of another run of the program must not look like ours. Exact in JavaScript for centuries.
    private const long NumbersPerSecond = 100_000;

    private readonly Lock _gate = new();
    private readonly FeedEvent[] _ring = new FeedEvent[Capacity];
    private readonly long _zero;
    private long _last;
    private TaskCompletionSource? _waiting;

    /// <summary>Begins to count.</summary>
    public LiveFeed(TimeProvider time)
    {
        StartedAt = time.GetUtcNow();
        _zero = _last = StartedAt.ToUnixTimeSeconds() * NumbersPerSecond;
    }

    /// <summary>When this run began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Adds a fact. Never waits for a reader.</summary>
    public void Publish(FeedFact fact)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _last++;
            _ring[_last % Capacity] = new FeedEvent(_last, fact);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }

    /// <summary>What has happened after a number.</summary>
    /// <param name="id">The last one seen; null for a reader that begins.</param>
    public FeedBatch ReadAfter(long? id)
    {
        lock (_gate)
        {
            var oldest = Math.Max(_zero, _last - Capacity);
            if (id is not { } seen || seen < oldest || seen > _last)
            {
                return new FeedBatch([], HasGap: true, _last);
            }

            var events = new FeedEvent[_last - seen];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = _ring[(seen + 1 + i) % Capacity];
            }

            return new FeedBatch(events, HasGap: false, _last);
        }
    }

    /// <summary>Ends when something has happened after a number.</summary>
    public Task MoreAfterAsync(long id)
    {
        lock (_gate)
        {
            return _last > id
                ? Task.CompletedTask
                // Readers go on in tasks of their own, never in the writer's.
                : (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
