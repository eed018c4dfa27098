using CodexProxy.Options;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>
/// The store that is in force: opened and closed as the settings say, kept within its limits, and watched. What goes wrong is
/// told once, and once again when it works again. One task at a time changes it.
/// </summary>
internal sealed partial class UsageBook(
    IUsageStorage storage,
    OptionsSource options,
    TimeProvider time,
    ILogger<UsageBook> logger
) : IAsyncDisposable
{
    /// <summary>Time between two looks at the limits.</summary>
    public static readonly TimeSpan LimitsEvery = TimeSpan.FromHours(1);

    // The size grows by what is written, so a look each so many records is enough between them.
    private const int LimitsEveryRecords = 2000;

    private volatile IUsageStore _store = NoUsageStore.Instance;
    private volatile string? _problem;
    private DateTimeOffset _limitedAt = DateTimeOffset.MinValue;
    private int _sinceLimited;
    private bool _givenUp;
    private long _dropped;

    /// <summary>Answers questions; a store that keeps nothing while there is none.</summary>
    public IUsageReader Reader => _store;

    /// <summary>How the store is doing.</summary>
    public UsageState State => new(options.Current.Usage.Store, _problem, Interlocked.Read(ref _dropped));

    /// <summary>Counts records that are lost.</summary>
    public void Drop(int records) => Interlocked.Add(ref _dropped, records);

    /// <summary>Opens or closes the store as the settings say, and keeps the records. False when they are to be tried again.</summary>
    public async Task<bool> KeepAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken)
    {
        if (options.Current.Usage.Store == UsageStoreKind.Off)
        {
            await CloseAsync();
            _givenUp = false;
            _problem = null;
            return true;
        }

        if (_givenUp)
        {
            Drop(records.Count);
            return true;
        }

        try
        {
            try
            {
                await KeepOrThrowAsync(records, cancellationToken);
            }
            catch (UsageStoreException exception) when (exception.Fault == UsageFault.Damaged)
            {
                await ReplaceAsync(exception);
                await KeepOrThrowAsync(records, cancellationToken);
            }
            catch (UsageStoreException exception) when (exception.Fault == UsageFault.Gone)
            {
                await CloseAsync();
                LogGone();
                await KeepOrThrowAsync(records, cancellationToken);
            }

            NoteSuccess();
            return true;
        }
        catch (UsageStoreException exception)
        {
            NoteProblem(exception);
            if (exception.Fault == UsageFault.Newer)
            {
                _givenUp = true;
                Drop(records.Count);
            }

            return _givenUp;
        }
    }

    /// <summary>Closes the store.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task KeepOrThrowAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken)
    {
        if (_store == NoUsageStore.Instance)
        {
            _store = await storage.OpenAsync(cancellationToken);
        }

        if (records.Count > 0)
        {
            await _store.AppendAsync(records, cancellationToken);
            _sinceLimited += records.Count;
        }

        if (_sinceLimited >= LimitsEveryRecords || time.GetUtcNow() - _limitedAt >= LimitsEvery)
        {
            await LimitAsync(cancellationToken);
        }
    }

    private async Task LimitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var limits = options.Current.Usage;
        (_limitedAt, _sinceLimited) = (now, 0);
        var old = await _store.PruneAsync(now - TimeSpan.FromDays(limits.RetentionDays), cancellationToken);
        var beyond = await _store.ShrinkAsync(limits.MaxMegabytes * 1024L * 1024L, cancellationToken);
        if (old + beyond > 0)
        {
            LogForgotten(old, beyond);
        }
    }

    // The damaged one is kept for whoever can repair it; it may be the only history a person has.
    private async Task ReplaceAsync(UsageStoreException cause)
    {
        await CloseAsync();
        try
        {
            LogSetAside(await storage.SetAsideAsync(CancellationToken.None));
        }
        catch (UsageStoreException exception)
        {
            throw new UsageStoreException(exception.Fault, $"{cause.Message} {exception.Message}", exception);
        }
    }

    private async Task CloseAsync()
    {
        var store = _store;
        _store = NoUsageStore.Instance;
        _limitedAt = DateTimeOffset.MinValue;
        await store.DisposeAsync();
    }

    private void NoteProblem(UsageStoreException exception)
    {
        if (_problem is null)
        {
            LogProblem(exception.Message);
        }

        _problem = exception.Message;
    }

    private void NoteSuccess()
    {
        if (_problem is not null)
        {
            LogWorksAgain(Interlocked.Read(ref _dropped));
            _problem = null;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The usage history is not written: {Problem} Requests are served as before."
    )]
    private partial void LogProblem(string problem);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The usage history is written again; {Dropped} requests are missing in it since the start."
    )]
    private partial void LogWorksAgain(long dropped);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The usage history was damaged. It was moved to {Place}, and a new one was begun."
    )]
    private partial void LogSetAside(string place);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The usage history was removed while it was in use. A new one was begun."
    )]
    private partial void LogGone();

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The usage history was kept within its limits: {Old} requests were too old, {Beyond} too many."
    )]
    private partial void LogForgotten(long old, long beyond);
}
