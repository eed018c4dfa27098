namespace CodexProxy.Records;

/// <summary>What a bundle needs beside the record: shapes and event sequences. Kept for the last requests only.</summary>
/// <param name="Print">Print of the body that was sent last; null when nothing was sent.</param>
/// <param name="Facts">What the answer depended on beside the body.</param>
/// <param name="Attempts">What the upstream did, attempt by attempt.</param>
internal sealed record RequestDetails(RequestPrint? Print, TurnFacts Facts, IReadOnlyList<AttemptDetails> Attempts);

/// <summary>What an answer depends on beside the body.</summary>
/// <param name="Client">Product and version of the client, such as <c>claude-cli/2.1.0</c>; null when it is no such word.</param>
/// <param name="IsClaudeCode">Whether the client is Claude Code.</param>
/// <param name="ThinkingRequested">Whether thinking was asked for.</param>
/// <param name="MaxTokens">Visible output tokens allowed.</param>
/// <param name="StopSequences">How many texts would have ended the answer.</param>
/// <param name="HasPrefill">Whether the answer was begun by the client.</param>
/// <param name="CutHere">Whether the gateway ended the answer before the upstream did.</param>
internal sealed record TurnFacts(
    string? Client,
    bool IsClaudeCode,
    bool ThinkingRequested,
    int? MaxTokens,
    int StopSequences,
    bool HasPrefill,
    bool CutHere
);

/// <summary>What the upstream did in one attempt.</summary>
/// <param name="Events">The events, as far as they were kept.</param>
/// <param name="EventCount">How many there were.</param>
/// <param name="CallNames">Hashes of the called tools' names, by item.</param>
/// <param name="Terminal">What the last event told; null when there was no terminal event.</param>
internal sealed record AttemptDetails(
    IReadOnlyList<EventPrint> Events,
    int EventCount,
    IReadOnlyDictionary<int, ulong> CallNames,
    TerminalFacts? Terminal
);

/// <summary>What a terminal event told.</summary>
/// <param name="Model">Model that served.</param>
/// <param name="Tier">Tier that served.</param>
/// <param name="IncompleteReason">Why the answer is incomplete.</param>
/// <param name="EndTurn">Whether the model is done.</param>
/// <param name="Tokens">Its counts.</param>
internal sealed record TerminalFacts(
    string? Model,
    string? Tier,
    string? IncompleteReason,
    bool? EndTurn,
    TokenCounts? Tokens
);

/// <summary>The records of the last requests of this run, in memory, and the details of the very last ones.</summary>
internal sealed class RequestBook
{
    /// <summary>Records kept.</summary>
    public const int MaxRecords = 1024;

    /// <summary>Requests whose details are kept.</summary>
    public const int MaxDetails = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<(RequestRecord Record, RequestDetails? Details)> _kept = new();
    private readonly Dictionary<string, LinkedListNode<(RequestRecord Record, RequestDetails? Details)>> _byId = [];
    private readonly Queue<string> _detailed = new();

    /// <summary>Raised after a request was added, on the thread that served it.</summary>
    public event Action<RequestRecord>? Added;

    /// <summary>The records, the latest first.</summary>
    public IReadOnlyList<RequestRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept.Select(kept => kept.Record)];
            }
        }
    }

    /// <summary>The latest request whose details are kept; null when there is none.</summary>
    public RequestRecord? LatestDetailed
    {
        get
        {
            lock (_gate)
            {
                return _kept.FirstOrDefault(kept => kept.Details is not null).Record;
            }
        }
    }

    /// <summary>A request; null when it is not known. The details are null when they are forgotten already.</summary>
    public (RequestRecord Record, RequestDetails? Details)? Find(string requestId)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(requestId, out var node) ? node.Value : null;
        }
    }

    /// <summary>Keeps a request.</summary>
    /// <param name="record">How it went.</param>
    /// <param name="details">What a bundle needs; null for a request that cannot be played back.</param>
    public void Add(RequestRecord record, RequestDetails? details)
    {
        lock (_gate)
        {
            _byId[record.RequestId] = _kept.AddFirst((record, details));
            if (_kept.Count > MaxRecords)
            {
                _byId.Remove(_kept.Last!.Value.Record.RequestId);
                _kept.RemoveLast();
            }

            if (details is not null)
            {
                _detailed.Enqueue(record.RequestId);
                if (_detailed.Count > MaxDetails && _byId.TryGetValue(_detailed.Dequeue(), out var old))
                {
                    old.Value = (old.Value.Record, null);
                }
            }
        }

        Added?.Invoke(record);
    }
}
