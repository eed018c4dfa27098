using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>
/// Follows one request while it is served: its attempts, the events of each, and what was lost. One task at a time works on
/// it.
/// </summary>
/// <param name="requestLosses">What the translation of the request could not carry.</param>
/// <param name="carriesUnknown">Whether the client's protocol is the upstream's own, so that unknown items reach it.</param>
internal sealed class RequestTrail(IReadOnlyList<TranslationLoss> requestLosses, bool carriesUnknown)
{
    private readonly List<AttemptTrail> _attempts = [];
    private readonly List<string> _accounts = [];
    private readonly List<TranslationLoss> _added = [];

    /// <summary>The attempts so far.</summary>
    public IReadOnlyList<AttemptTrail> Attempts => _attempts;

    /// <summary>The body of the last attempt, before its second forms.</summary>
    public ResponsesRequest? LastBody { get; private set; }

    /// <summary>All losses so far: those of the request first.</summary>
    public IReadOnlyList<TranslationLoss> Losses => [.. requestLosses, .. _added];

    /// <summary>The losses that the request's own translation did not know of.</summary>
    public IReadOnlyList<TranslationLoss> AddedLosses => _added;

    /// <summary>The terminal snapshot of the last response; null while there is none.</summary>
    public ResponseSnapshot? LastResponse => _attempts.LastOrDefault(attempt => attempt.Response is not null)?.Response;

    /// <summary>The upstream's counts: input of the last response, output of all of them.</summary>
    public TokenCounts? Tokens
    {
        get
        {
            TokenCounts? sum = null;
            foreach (var attempt in _attempts)
            {
                if (attempt.Response?.Usage is { } usage)
                {
                    sum = new TokenCounts(
                        usage.InputTokens,
                        usage.CachedTokens,
                        usage.CacheWriteTokens,
                        usage.OutputTokens + (sum?.Output ?? 0),
                        usage.ReasoningTokens + (sum?.Reasoning ?? 0)
                    );
                }
            }

            return sum;
        }
    }

    /// <summary>An attempt begins.</summary>
    /// <param name="first">The body in its first form, as the client asked.</param>
    /// <param name="readable">The body without what the account cannot read.</param>
    /// <param name="sent">The body in the form to send.</param>
    /// <param name="repairs">The forms between the two.</param>
    /// <param name="account">Key of the account that is asked.</param>
    /// <param name="now">Time since the request arrived.</param>
    public void Begin(
        ResponsesRequest first,
        ResponsesRequest readable,
        ResponsesRequest sent,
        IEnumerable<FormRepair> repairs,
        string account,
        TimeSpan now
    )
    {
        EndAttempt(now);
        LastBody = readable;
        if (!_accounts.Contains(account))
        {
            _accounts.Add(account);
        }

        foreach (var loss in FormLosses.Between(first, sent))
        {
            Lose(loss);
        }

        var forms = repairs.Select(repair => LossPath.Clean(repair.ToString())).Order(StringComparer.Ordinal);
        _attempts.Add(new AttemptTrail(now, _accounts.IndexOf(account), [.. forms]));
    }

    /// <summary>The attempt has failed.</summary>
    public void Fail(UpstreamFailure failure)
    {
        if (_attempts.Count > 0)
        {
            _attempts[^1].Failure ??= failure;
        }
    }

    /// <summary>The request has ended, and with it its last attempt.</summary>
    public void EndAttempt(TimeSpan now)
    {
        if (_attempts.Count > 0)
        {
            _attempts[^1].Ended ??= now;
        }
    }

    /// <summary>An event has come.</summary>
    /// <param name="e">The event.</param>
    /// <param name="type">Its type on the wire; <c>message</c> when it has none.</param>
    /// <param name="size">Bytes of its JSON.</param>
    /// <param name="now">Time since the request arrived.</param>
    public void Take(ResponseEvent e, string type, int size, TimeSpan now)
    {
        _attempts[^1].Take(e, type, size, now);
        switch (e)
        {
            case UnknownEvent unknown:
                Lose(new TranslationLoss(LossPath.Clean($"event {unknown.Type}"), LossKind.Dropped));
                break;
            case MalformedEvent:
                Lose(new TranslationLoss("event malformed", LossKind.Dropped));
                break;
            case OutputItemDone { Item: OutputUnknown item } when !carriesUnknown:
                Lose(new TranslationLoss(LossPath.Clean($"output[].{item.Type}"), LossKind.Dropped));
                break;
            case AnnotationAdded { Citation: null } when !carriesUnknown:
                Lose(new TranslationLoss("output[].content[].annotations[]", LossKind.Dropped));
                break;
        }
    }

    /// <summary>Something else than was asked for, or nothing, came of a member of the request.</summary>
    public void Lose(TranslationLoss loss)
    {
        if (!_added.Contains(loss) && !requestLosses.Contains(loss) && _added.Count < 100)
        {
            _added.Add(loss);
        }
    }
}

/// <summary>One attempt while it is made.</summary>
/// <param name="started">Time since the request arrived.</param>
/// <param name="account">Which of the request's accounts is asked.</param>
/// <param name="forms">Second forms in use.</param>
internal sealed class AttemptTrail(TimeSpan started, int account, IReadOnlyList<string> forms)
{
    /// <summary>Events beyond this number are only counted; 16 bytes each.</summary>
    public const int MaxEvents = 4096;

    private readonly List<EventPrint> _events = [];

    /// <summary>When it was started.</summary>
    public TimeSpan Started => started;

    /// <summary>Second forms in use.</summary>
    public IReadOnlyList<string> Forms => forms;

    /// <summary>When it ended; null while it goes on.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>Why it failed; null when it did not.</summary>
    public UpstreamFailure? Failure { get; set; }

    /// <summary>The terminal snapshot; null when none came.</summary>
    public ResponseSnapshot? Response { get; private set; }

    /// <summary>The events, the first <see cref="MaxEvents"/> of them.</summary>
    public IReadOnlyList<EventPrint> Events => _events;

    /// <summary>How many events came.</summary>
    public int EventCount { get; private set; }

    /// <summary>Names of the calls by their item.</summary>
    public Dictionary<int, string> CallNames { get; } = [];

    /// <summary>Takes an event.</summary>
    public void Take(ResponseEvent e, string type, int size, TimeSpan now)
    {
        EventCount++;
        if (_events.Count < MaxEvents)
        {
            var at = (int)Math.Min((now - started).TotalMilliseconds, int.MaxValue);
            _events.Add(EventPrint.Of(e, EventTypeNames.Number(EventTypeNames.Of(e, type)), size, at));
        }

        switch (e)
        {
            case OutputItemAdded { Item: OutputCall { Name: { } name } } added:
                CallNames[added.Key.Index ?? -1] = name;
                break;
            case OutputItemDone { Item: OutputCall { Name: { } name } } done:
                CallNames[done.Key.Index ?? -1] = name;
                break;
            case ResponseCompleted completed:
                Response = completed.Response;
                break;
            case ResponseIncomplete incomplete:
                Response = incomplete.Response;
                break;
            case ResponseFailed failed:
                Response = failed.Response;
                break;
        }
    }

    /// <summary>What is kept of it.</summary>
    public AttemptRecord ToRecord() =>
        new(started, account, forms)
        {
            FirstEvent = _events.Count > 0 ? TimeSpan.FromMilliseconds(_events[0].At) : null,
            Total = (Ended ?? started) - started,
            Events = EventCount,
            Failure = Failure is { } failure
                ? new AttemptFailure(
                    failure.Kind.ToString(),
                    failure.Status,
                    Word(failure.Code),
                    failure.Repair is { } repair ? LossPath.Clean(repair.ToString()) : null,
                    failure.RetryDelay
                )
                : null,
        };

    /// <summary>The code, where it is a word like rate_limit_exceeded; whatever else stands in its place is not repeated.</summary>
    public static string? Word(string? code) =>
        code is { Length: > 0 and <= 48 } && code.All(letter => letter is (>= 'a' and <= 'z') or '_') ? code : null;
}
