using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>The store while none is wanted, or none can be had: it keeps nothing.</summary>
internal sealed class NoUsageStore : IUsageStore
{
    private static readonly UsageTable Nothing = new([], UsageSums.None);

    private NoUsageStore() { }

    /// <summary>The only instance.</summary>
    public static NoUsageStore Instance { get; } = new();

    /// <inheritdoc/>
    public Task<RequestPage> ListAsync(RequestQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new RequestPage([], null, query.Before is null ? 0 : null));

    /// <inheritdoc/>
    public Task<RequestRecord?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        Task.FromResult<RequestRecord?>(null);

    /// <inheritdoc/>
    public Task<SessionPage> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new SessionPage([], null));

    /// <inheritdoc/>
    public Task<SessionStory?> FindSessionAsync(string session, CancellationToken cancellationToken) =>
        Task.FromResult<SessionStory?>(null);

    /// <inheritdoc/>
    public Task<UsageTable> SumAsync(UsageQuery query, CancellationToken cancellationToken) => Task.FromResult(Nothing);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestRecord> ReadAllAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    ) => AsyncEnumerable.Empty<RequestRecord>();

    /// <inheritdoc/>
    public Task<UsageSize> MeasureAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new UsageSize(0, 0, null));

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    public Task<long> ShrinkAsync(long bytes, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
