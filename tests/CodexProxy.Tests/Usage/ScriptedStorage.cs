using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Tests.Usage;

/// <summary>A store that does what a test wants: keeps records in memory, fails, or hangs.</summary>
internal sealed class ScriptedStorage : IUsageStorage, IUsageStore
{
    private readonly Lock _gate = new();
    private readonly List<RequestRecord> _kept = [];

    /// <summary>What the next things to be done fail with; null for well.</summary>
    public UsageFault? Fault { get; set; }

    /// <summary>What an append waits for; null for nothing.</summary>
    public Task? Hold { get; set; }

    public List<int> Batches { get; } = [];

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public int SetAside { get; private set; }

    public List<DateTimeOffset> Pruned { get; } = [];

    public List<long> Shrunk { get; } = [];

    public IReadOnlyList<string> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept.Select(record => record.RequestId)];
            }
        }
    }

    public Task<IUsageStore> OpenAsync(CancellationToken cancellationToken)
    {
        Throw();
        Opened++;
        return Task.FromResult<IUsageStore>(this);
    }

    public async Task AppendAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken)
    {
        if (Hold is { } hold)
        {
            await hold.WaitAsync(cancellationToken);
        }

        Throw();
        lock (_gate)
        {
            _kept.AddRange(records);
            Batches.Add(records.Count);
        }
    }

    public Task<string> SetAsideAsync(CancellationToken cancellationToken)
    {
        SetAside++;
        Fault = null;
        return Task.FromResult("usage.db.damaged-1");
    }

    public Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        Pruned.Add(before);
        return Task.FromResult(0L);
    }

    public Task<long> ShrinkAsync(long bytes, CancellationToken cancellationToken)
    {
        Shrunk.Add(bytes);
        return Task.FromResult(0L);
    }

    public ValueTask DisposeAsync()
    {
        Closed++;
        return ValueTask.CompletedTask;
    }

    public Task<IUsageReader?> OpenReaderAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IUsageReader?>(this);

    public Task<RequestPage> ListAsync(RequestQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<RequestRecord?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SessionPage> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SessionStory?> FindSessionAsync(string session, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<UsageTable> SumAsync(UsageQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<RequestRecord> ReadAllAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<UsageSize> MeasureAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Throw()
    {
        if (Fault is { } fault)
        {
            throw new UsageStoreException(fault, $"The store is {fault}.");
        }
    }
}
