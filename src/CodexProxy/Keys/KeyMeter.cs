namespace CodexProxy.Keys;

/// <summary>A limit that is used up.</summary>
/// <param name="Limit">What it is, such as <c>20 requests per minute</c>.</param>
/// <param name="Wait">How long until it is free again.</param>
internal sealed record KeyRefusal(string Limit, TimeSpan Wait);

/// <summary>
/// Counts what each key uses. A window begins with the first request after the one before has ended; clock changes do not move
/// it. Kept in memory; <see cref="KeyDayKeeper"/> lets the days outlast a restart. Safe for any number of threads.
/// </summary>
internal sealed class KeyMeter(TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Window Minute, Window Day)> _used = [];

    /// <summary>Something was counted against a limit of a day.</summary>
    public event Action? DayChanged;

    /// <summary>Counts a request; null when it may go on. One that is refused is not counted.</summary>
    public KeyRefusal? Ask(NamedKey key)
    {
        KeyRefusal? refusal;
        lock (_gate)
        {
            var (minute, day) = WindowsOf(key);
            var limits = key.Limits;
            refusal =
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
        }

        if (refusal is null)
        {
            TellDay(key);
        }

        return refusal;
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

        TellDay(key);
    }

    /// <summary>What a key has used of the windows that run.</summary>
    public KeyUse UsedBy(NamedKey key)
    {
        lock (_gate)
        {
            var (minute, day) = _used.GetValueOrDefault(key.Digest);
            minute = minute is null || Ended(minute) ? null : minute;
            day = day is null || Ended(day) ? null : day;
            return new KeyUse(minute?.Requests ?? 0, day?.Requests ?? 0, minute?.Tokens ?? 0, day?.Tokens ?? 0);
        }
    }

    /// <summary>The days that run, of keys that have a limit for it.</summary>
    public IReadOnlyList<KeyDay> Days()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return
            [
                .. _used
                    .Where(used => used.Value.Day is { IsLimited: true } day && !Ended(day))
                    .Select(used => new KeyDay(
                        used.Key,
                        now - time.GetElapsedTime(used.Value.Day.Began),
                        used.Value.Day.Requests,
                        used.Value.Day.Tokens
                    )),
            ];
        }
    }

    /// <summary>Goes on with days that began before the start.</summary>
    public void Restore(IEnumerable<KeyDay> days)
    {
        lock (_gate)
        {
            var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
            foreach (var day in days)
            {
                // A clock that was set back meanwhile must not make it longer than a day, nor end it.
                var age = day.Began < now ? now - day.Began : TimeSpan.Zero;
                if (age < Day)
                {
                    var began = stamp - (long)(age.TotalSeconds * time.TimestampFrequency);
                    _used[day.Digest] = (
                        new Window(stamp, Minute, false),
                        new Window(began, Day, true) { Requests = day.Requests, Tokens = day.Tokens }
                    );
                }
            }
        }
    }

    // Outside the lock: whoever listens may ask for the days.
    private void TellDay(NamedKey key)
    {
        if (HasDayLimit(key))
        {
            DayChanged?.Invoke();
        }
    }

    private static bool HasDayLimit(NamedKey key) =>
        key.Limits.RequestsPerDay is not null || key.Limits.TokensPerDay is not null;

    private KeyRefusal? Over(Window window, long used, long? limit, string unit) =>
        used >= limit ? new KeyRefusal($"{limit} {unit}", window.Length - time.GetElapsedTime(window.Began)) : null;

    private (Window Minute, Window Day) WindowsOf(NamedKey key)
    {
        var (minute, day) = _used.GetValueOrDefault(key.Digest);
        minute = minute is null || Ended(minute) ? new Window(time.GetTimestamp(), Minute, false) : minute;
        day = day is null || Ended(day) ? new Window(time.GetTimestamp(), Day, HasDayLimit(key)) : day;
        return _used[key.Digest] = (minute, day);
    }

    private bool Ended(Window window) => time.GetElapsedTime(window.Began) >= window.Length;

    private sealed class Window(long began, TimeSpan length, bool isLimited)
    {
        // Whether the key has a limit for a day.
        public bool IsLimited => isLimited;

        public long Began => began;

        public TimeSpan Length => length;

        public long Requests { get; set; }

        public long Tokens { get; set; }
    }
}
