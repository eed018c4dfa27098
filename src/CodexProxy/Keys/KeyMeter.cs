namespace CodexProxy.Keys;

/// <summary>A limit that is used up.</summary>
/// <param name="Limit">What it is, such as <c>20 requests per minute</c>.</param>
/// <param name="Wait">How long until it is free again.</param>
internal sealed record KeyRefusal(string Limit, TimeSpan Wait);

/// <summary>
/// Counts what each key uses. A window begins with the first request after the one before has ended; clock changes do not move
/// it. Kept in memory: a restart begins anew. Safe for any number of threads.
/// </summary>
internal sealed class KeyMeter(TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Window Minute, Window Day)> _used = [];

    /// <summary>Counts a request; null when it may go on. One that is refused is not counted.</summary>
    public KeyRefusal? Ask(NamedKey key)
    {
        lock (_gate)
        {
            var (minute, day) = WindowsOf(key);
            var limits = key.Limits;
            var refusal =
                // The longest wait first: whoever is told of a minute while the day is used up would ask in vain.
                Over(day, day.Requests, limits.RequestsPerDay, "requests per day")
                ?? Over(day, day.Tokens, limits.TokensPerDay, "tokens per day")
                ?? Over(minute, minute.Requests, limits.RequestsPerMinute, "requests per minute")
                ?? Over(minute, minute.Tokens, limits.TokensPerMinute, "tokens per minute");
            if (refusal is null)
            {
                minute.Requests++;
                day.Requests++;
            }

            return refusal;
        }
    }

    /// <summary>Counts what an answer has used, when that is known.</summary>
    public void Count(NamedKey key, long tokens)
    {
        lock (_gate)
        {
            var (minute, day) = WindowsOf(key);
            minute.Tokens += tokens;
            day.Tokens += tokens;
        }
    }

    private KeyRefusal? Over(Window window, long used, long? limit, string unit) =>
        used >= limit ? new KeyRefusal($"{limit} {unit}", window.Length - time.GetElapsedTime(window.Began)) : null;

    private (Window Minute, Window Day) WindowsOf(NamedKey key)
    {
        var (minute, day) = _used.GetValueOrDefault(key.Digest);
        minute = minute is null || Ended(minute) ? new Window(time.GetTimestamp(), Minute) : minute;
        day = day is null || Ended(day) ? new Window(time.GetTimestamp(), Day) : day;
        return _used[key.Digest] = (minute, day);
    }

    private bool Ended(Window window) => time.GetElapsedTime(window.Began) >= window.Length;

    private sealed class Window(long began, TimeSpan length)
    {
        public long Began => began;

        public TimeSpan Length => length;

        public long Requests { get; set; }

        public long Tokens { get; set; }
    }
}
