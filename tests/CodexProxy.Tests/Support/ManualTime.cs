namespace CodexProxy.Tests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private TimeSpan _shift;
    private Task _skips = Task.CompletedTask;

    public ManualTime()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)) { }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// Whether a timer's creation moves the clock to its end at once: for waits whose length is not the point.
    /// </summary>
    public bool SkipsWaits { get; set; }

    /// <summary>Waits that are shorter are skipped. Deadlines are long and must not be, or nothing would ever be in time.</summary>
    public TimeSpan SkipsBelow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Ends when the clock stands where every skipped wait so far has moved it.</summary>
    public Task Skips
    {
        get
        {
            lock (_gate)
            {
                return _skips;
            }
        }
    }

    /// <summary>Whether somebody waits for the clock.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count > 0;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now + _shift;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.Ticks;
        }
    }

    /// <summary>Sets the clock on the wall forward or back; no time passes.</summary>
    public void Set(TimeSpan by)
    {
        lock (_gate)
        {
            _shift += by;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = _now + dueTime;
            _timers.Add(timer);
        }

        if (SkipsWaits && dueTime < SkipsBelow)
        {
            lock (_gate)
            {
                _skips = Task.WhenAll(_skips, Task.Run(() => Advance(dueTime)));
            }
        }
    }

    private sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => owner.Schedule(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
