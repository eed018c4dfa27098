namespace CodexProxy.Keys;

/// <summary>
/// The time by which keys end. It never goes back: while the clock of the machine is set back it runs on from the latest time it
/// has known, until the end of the program. Safe for any number of threads.
/// </summary>
internal sealed class KeyClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _latest = time.GetUtcNow();
    private long _at = time.GetTimestamp();

    /// <summary>The time.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                var (clock, at) = (time.GetUtcNow(), time.GetTimestamp());
                var ranOn = _latest + time.GetElapsedTime(_at, at);
                (_latest, _at) = (clock > ranOn ? clock : ranOn, at);
                return _latest;
            }
        }
    }
}
