namespace CodexProxy.Records;

/// <summary>One request in the story of a session's cache.</summary>
/// <param name="At">When it ended.</param>
/// <param name="RequestId">Its id.</param>
/// <param name="Model">Upstream model.</param>
/// <param name="Verdict">What the cache did.</param>
internal sealed record CacheEntry(DateTimeOffset At, string RequestId, string Model, CacheVerdict Verdict);

/// <summary>The story of a session's cache.</summary>
/// <param name="Session">Its id; <see cref="CacheBook.Anonymous"/> for clients without one.</param>
/// <param name="Requests">Requests with a count.</param>
/// <param name="Input">Their tokens.</param>
/// <param name="Resent">Tokens sent again.</param>
/// <param name="Cached">Tokens sent again that were read from the cache.</param>
/// <param name="Misses">Requests that missed.</param>
/// <param name="Entries">The last requests, oldest first.</param>
internal sealed record CacheStory(
    string Session,
    long Requests,
    long Input,
    long Resent,
    long Cached,
    long Misses,
    IReadOnlyList<CacheEntry> Entries
);

/// <summary>
/// What the prompt cache did, by session, and the print of each lane's last request to tell what changed. Bounded: the lanes
/// and sessions that were quiet longest are forgotten.
/// </summary>
internal sealed class CacheBook(TimeProvider timeProvider)
{
    /// <summary>Stands for clients that name no session.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Most lanes whose last print is kept.</summary>
    public const int MaxLanes = 128;

    /// <summary>Most sessions.</summary>
    public const int MaxSessions = 64;

    /// <summary>Most requests told of one session; its sums go on.</summary>
    public const int MaxEntries = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly Dictionary<string, Session> _sessions = [];

    /// <summary>Every session, the latest first.</summary>
    public IReadOnlyList<CacheStory> Sessions
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _sessions.Values.OrderByDescending(session => session.At).Select(session => session.Story()),
                ];
            }
        }
    }

    /// <summary>The print of the last request under this cache key; null when there is none.</summary>
    public RequestPrint? LastPrint(string cacheKey)
    {
        lock (_gate)
        {
            return _lanes.GetValueOrDefault(cacheKey)?.Print;
        }
    }

    /// <summary>Adds an answered request, and judges what the cache did for it.</summary>
    /// <param name="cacheKey">Its cache key.</param>
    /// <param name="session">Session id of the client.</param>
    /// <param name="agent">Sub-agent id of the client.</param>
    /// <param name="requestId">Its id.</param>
    /// <param name="print">Its print.</param>
    /// <param name="tokens">The upstream's counts.</param>
    public CacheVerdict Add(
        string cacheKey,
        string? session,
        string? agent,
        string requestId,
        RequestPrint print,
        TokenCounts tokens
    )
    {
        var now = timeProvider.GetUtcNow();
        lock (_gate)
        {
            var story = FindSession(session ?? Anonymous);
            var before = _lanes.GetValueOrDefault(cacheKey) ?? Forerunner(session, agent, print);
            var number = before?.Number ?? ++story.Lanes;
            var verdict = before is null
                ? new CacheVerdict(CacheOutcome.First, number, tokens.Input, 0, tokens.Cached, [], null)
                : CacheVerdict.Judge(
                    number,
                    tokens.Input,
                    before.Input,
                    tokens.Cached,
                    PrintChanges.Between(before.Print, print),
                    now - before.At
                );
            story.Add(new CacheEntry(now, requestId, print.Model, verdict));
            _lanes[cacheKey] = new Lane(session, agent, number, print, tokens.Input, now);
            Forget(_lanes, MaxLanes, lane => lane.At);
            Forget(_sessions, MaxSessions, known => known.At);
            return verdict;
        }
    }

    // Instructions are part of the cache key, so a change of them opens a new lane: the conversation is known by its first
    // item.
    private Lane? Forerunner(string? session, string? agent, RequestPrint print)
    {
        if (print.Items.Length == 0)
        {
            return null;
        }

        Lane? found = null;
        foreach (var lane in _lanes.Values)
        {
            if (
                lane.Session == session
                && lane.Agent == agent
                && lane.Print.Items.Length > 0
                && lane.Print.Items[0].Hash == print.Items[0].Hash
                && lane.At > (found?.At ?? DateTimeOffset.MinValue)
            )
            {
                found = lane;
            }
        }

        return found;
    }

    private Session FindSession(string name)
    {
        if (!_sessions.TryGetValue(name, out var session))
        {
            _sessions[name] = session = new Session(name);
        }

        return session;
    }

    private static void Forget<T>(Dictionary<string, T> known, int most, Func<T, DateTimeOffset> at)
    {
        if (known.Count > most)
        {
            known.Remove(known.MinBy(pair => at(pair.Value)).Key);
        }
    }

    private sealed record Lane(
        string? Session,
        string? Agent,
        int Number,
        RequestPrint Print,
        long Input,
        DateTimeOffset At
    );

    private sealed class Session(string name)
    {
        private readonly Queue<CacheEntry> _entries = new();
        private long _requests;
        private long _input;
        private long _resent;
        private long _cached;
        private long _misses;

        public int Lanes { get; set; }

        public DateTimeOffset At { get; private set; }

        public void Add(CacheEntry entry)
        {
            var verdict = entry.Verdict;
            At = entry.At;
            _requests++;
            _input += verdict.Input;
            _resent += verdict.Resent;
            _cached += Math.Min(verdict.Cached, verdict.Resent);
            _misses += verdict.Outcome == CacheOutcome.Miss ? 1 : 0;
            _entries.Enqueue(entry);
            if (_entries.Count > MaxEntries)
            {
                _entries.Dequeue();
            }
        }

        public CacheStory Story() => new(name, _requests, _input, _resent, _cached, _misses, [.. _entries]);
    }
}
