using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>
/// Answers questions about the requests that were served. Safe for any number of callers, also while records are added. Every
/// method may throw <see cref="UsageStoreException"/>.
/// </summary>
internal interface IUsageReader
{
    /// <summary>One page of requests.</summary>
    Task<RequestPage> ListAsync(RequestQuery query, CancellationToken cancellationToken);

    /// <summary>One request; null when it is not kept.</summary>
    Task<RequestRecord?> FindAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>One page of sessions. Requests without a session are in none.</summary>
    Task<SessionPage> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken);

    /// <summary>One session told whole; null when no request of it is kept.</summary>
    Task<SessionStory?> FindSessionAsync(string session, CancellationToken cancellationToken);

    /// <summary>Sums.</summary>
    Task<UsageTable> SumAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>All requests of a time, oldest first, as they are read.</summary>
    /// <param name="since">From then on; null for all.</param>
    /// <param name="until">Before then; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<RequestRecord> ReadAllAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    );

    /// <summary>How much is kept.</summary>
    Task<UsageSize> MeasureAsync(CancellationToken cancellationToken);
}

/// <summary>Keeps records of requests. One caller at a time may change it, while any number read.</summary>
internal interface IUsageStore : IUsageReader, IAsyncDisposable
{
    /// <summary>Adds records, all or none. One whose id is kept already is left as it is.</summary>
    Task AppendAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken);

    /// <summary>Forgets all requests that ended before a time; how many there were.</summary>
    Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest requests until no more than so many bytes are used; how many they were.</summary>
    Task<long> ShrinkAsync(long bytes, CancellationToken cancellationToken);
}

/// <summary>The place where a store is kept.</summary>
internal interface IUsageStorage
{
    /// <summary>Opens the store for changes; makes it, or brings it up to date, where that is needed.</summary>
    /// <exception cref="UsageStoreException">It cannot be opened.</exception>
    Task<IUsageStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens the store for reading only; null when there is none yet.</summary>
    /// <exception cref="UsageStoreException">It cannot be opened.</exception>
    Task<IUsageReader?> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>Moves a damaged store out of the way, so that the next opening makes a new one; where it is now.</summary>
    /// <exception cref="UsageStoreException">It cannot be moved.</exception>
    Task<string> SetAsideAsync(CancellationToken cancellationToken);
}
