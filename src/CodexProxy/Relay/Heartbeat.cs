namespace CodexProxy.Relay;

/// <summary>What the heartbeat of an answer asks for.</summary>
internal enum Beat
{
    /// <summary>Nothing yet; wait on.</summary>
    None,

    /// <summary>The wait for the first block is over: begin the answer anyway.</summary>
    Commit,

    /// <summary>The client has heard nothing for a while.</summary>
    Ping,

    /// <summary>Only pings went out for so long that a client counting events would give up.</summary>
    KeepThinking,
}

/// <summary>
/// Decides when an answer has been silent too long. One pending delay serves many events: it is only renewed when it
/// fires, so that an event costs a time stamp and no timer.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>How long status and headers are held back for a clean error, from the request's arrival.</summary>
    public static readonly TimeSpan CommitAfter = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which a ping goes out.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);

    /// <summary>Silence, pings aside, after which an empty thinking delta goes out.</summary>
    public static readonly TimeSpan KeepThinkingAfter = TimeSpan.FromSeconds(100);

    private readonly TimeProvider _timeProvider;
    private readonly long _arrived;
    private readonly CancellationTokenSource _stop;
    private long _lastOutput;
    private long _lastEvent;
    private bool _committed;
    private Task? _pending;

    public Heartbeat(TimeProvider timeProvider, long arrived, CancellationToken clientGone)
    {
        _timeProvider = timeProvider;
        _arrived = _lastOutput = _lastEvent = arrived;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
    }

    /// <summary>The answer has begun.</summary>
    public void Committed()
    {
        _committed = true;
        Wrote();
    }

    /// <summary>Events other than pings went out.</summary>
    public void Wrote() => _lastOutput = _lastEvent = _timeProvider.GetTimestamp();

    /// <summary>A ping went out.</summary>
    public void Pinged() => _lastOutput = _timeProvider.GetTimestamp();

    /// <summary>Completes when it may be time for a beat; call <see cref="Take"/> then.</summary>
    public Task NextAsync()
    {
        if (_pending is null)
        {
            var wait = _committed
                ? PingAfter - _timeProvider.GetElapsedTime(_lastOutput)
                : CommitAfter - _timeProvider.GetElapsedTime(_arrived);
            _pending = Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromTicks(1), _timeProvider, _stop.Token);
        }

        return _pending;
    }

    /// <summary>What the beat that completed asks for.</summary>
    public Beat Take()
    {
        _pending = null;
        if (!_committed)
        {
            return _timeProvider.GetElapsedTime(_arrived) >= CommitAfter ? Beat.Commit : Beat.None;
        }

        if (_timeProvider.GetElapsedTime(_lastEvent) >= KeepThinkingAfter)
        {
            return Beat.KeepThinking;
        }

        return _timeProvider.GetElapsedTime(_lastOutput) >= PingAfter ? Beat.Ping : Beat.None;
    }

    /// <summary>Drops the pending delay, which would else fire for a request that has ended long since.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
