using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// The end of the gateway. Nothing new is begun, answers under way may finish within a limit, and then the rest is told and
/// broken off.
/// </summary>
internal sealed partial class Closing(
    InFlightBook inFlight,
    OptionsSource options,
    TimeProvider timeProvider,
    ILogger<Closing> logger
) : IDisposable
{
    // Time to take the last words; who takes longer does not read.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _begun = new();
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _gate = new();
    private ITimer? _next;
    private bool _disposed;

    /// <summary>What a request that the end breaks off is recorded with.</summary>
    public static UpstreamFailure Failure { get; } = new() { Kind = FailureKind.Stopping };

    /// <summary>Cancelled when the end begins.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Cancelled when answers may no longer go on.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Cancelled when connections are no longer waited for.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Begins the end; later calls change nothing.</summary>
    public void Begin()
    {
        var limit = options.Current.Server.Shutdown;
        if (!Enter(_begun, limit, closing => closing.BreakOff()))
        {
            return;
        }

        if (inFlight.Now.Count is > 0 and var count)
        {
            LogWaiting(count, (long)limit.TotalSeconds);
        }
    }

    /// <summary>Ends at once what is still under way; later calls change nothing.</summary>
    public void BreakOff()
    {
        var count = inFlight.Now.Count;
        if (Enter(_over, LastWords, closing => closing.CutOff()) && count > 0)
        {
            LogBrokenOff(count);
        }
    }

    /// <summary>Frees the clock.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _next?.Dispose();
            _begun.Dispose();
            _over.Dispose();
            _cut.Dispose();
        }
    }

    private void CutOff() => Enter(_cut, Timeout.InfiniteTimeSpan, static _ => { });

    private bool Enter(CancellationTokenSource stage, TimeSpan until, Action<Closing> then)
    {
        lock (_gate)
        {
            if (_disposed || stage.IsCancellationRequested)
            {
                return false;
            }

            // A second signal may be faster than what the first has begun; what it has set going goes on.
            if (stage != _begun || !_over.IsCancellationRequested)
            {
                _next?.Dispose();
                _next = timeProvider.CreateTimer(_ => then(this), null, until, Timeout.InfiniteTimeSpan);
            }

            // Nobody waits for what is cancelled here, so the lock is held for no longer than that takes.
            _ = stage.CancelAsync();
            return true;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Stopping. Requests under way: {Count}; they may finish within {Seconds} s. A second signal breaks them off."
    )]
    private partial void LogWaiting(int count, long seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping. Requests broken off: {Count}.")]
    private partial void LogBrokenOff(int count);
}
