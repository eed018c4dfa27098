namespace CodexProxy.Replay;

/// <summary>A clock that runs faster than the real one, so that recorded waits take less time. All of its time is consistent.</summary>
/// <param name="real">The real clock.</param>
/// <param name="speed">How many times faster.</param>
internal sealed class QuickTime(TimeProvider real, int speed) : TimeProvider
{
    private readonly DateTimeOffset _start = real.GetUtcNow();
    private readonly long _began = real.GetTimestamp();

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => real.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => (real.GetTimestamp() - _began) * speed;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + (real.GetElapsedTime(_began) * speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new QuickTimer(real.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    private TimeSpan Shorten(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / speed;

    private sealed class QuickTimer(ITimer timer, QuickTime clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            timer.Change(clock.Shorten(dueTime), clock.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
