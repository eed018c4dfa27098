namespace CodexProxy.Feed;

/// <summary>
/// One request while it is served. The task that serves it tells what happens; anybody may look at <see cref="Now"/>.
/// </summary>
internal sealed class LiveRequest(InFlight first, LiveFeed feed, Action<LiveRequest> ended) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private volatile InFlight _now = first;
    private int _events;
    private TimeSpan _told;

    /// <summary>How it stands.</summary>
    public InFlight Now => _now with { Events = Volatile.Read(ref _events) };

    /// <summary>An attempt begins.</summary>
    /// <param name="account">Key of the account that is asked; null for an alternate upstream.</param>
    public void Attempt(string? account)
    {
        var now = _now;
        _now = now with { Attempts = now.Attempts + 1, Account = account };
    }

    /// <summary>The upstream has sent an event, or a piece of its answer.</summary>
    /// <param name="elapsed">Time since the request arrived.</param>
    public void Event(TimeSpan elapsed)
    {
        Volatile.Write(ref _events, _events + 1);
        if (_now.IsStreaming && elapsed - _told >= Pace)
        {
            Tell(elapsed);
        }
    }

    /// <summary>The first output has come; later calls change nothing.</summary>
    /// <param name="elapsed">Time since the request arrived.</param>
    public void Output(TimeSpan elapsed)
    {
        if (!_now.IsStreaming)
        {
            _now = _now with { FirstOutput = elapsed };
            Tell(elapsed);
        }
    }

    /// <summary>It has ended.</summary>
    public void Dispose() => ended(this);

    private void Tell(TimeSpan elapsed)
    {
        _told = elapsed;
        feed.Publish(new RequestProgressed(Now));
    }
}
