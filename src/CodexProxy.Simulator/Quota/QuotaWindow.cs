namespace CodexProxy.Simulator.Quota;

/// <summary>One window of a plan's quota: fills with use, empties when its time is over.</summary>
public sealed class QuotaWindow
{
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private DateTimeOffset _resetsAt;
    private double _usedPercent;

    internal QuotaWindow(TimeProvider clock, TimeSpan length)
    {
        _clock = clock;
        Length = length;
        _resetsAt = clock.GetUtcNow() + length;
    }

    /// <summary>Length of the window.</summary>
    public TimeSpan Length { get; }

    /// <summary>Used share in percent, 0 to 100.</summary>
    public double UsedPercent
    {
        get
        {
            lock (_lock)
            {
                Roll();
                return _usedPercent;
            }
        }
        set
        {
            lock (_lock)
            {
                Roll();
                _usedPercent = Math.Clamp(value, 0, 100);
            }
        }
    }

    /// <summary>When the window empties.</summary>
    public DateTimeOffset ResetsAt
    {
        get
        {
            lock (_lock)
            {
                Roll();
                return _resetsAt;
            }
        }
        set
        {
            lock (_lock)
            {
                _resetsAt = value;
            }
        }
    }

    /// <summary>Whether nothing is left.</summary>
    public bool IsExhausted => UsedPercent >= 100;

    internal long SecondsToReset => Math.Max(0, (long)Math.Ceiling((ResetsAt - _clock.GetUtcNow()).TotalSeconds));

    private void Roll()
    {
        var now = _clock.GetUtcNow();
        while (now >= _resetsAt)
        {
            _resetsAt += Length;
            _usedPercent = 0;
        }
    }
}
