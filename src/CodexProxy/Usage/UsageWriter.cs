using CodexProxy.Options;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>
/// Takes records from the requests and hands them to the store in batches, on a task of its own. Adding one takes no time,
/// whatever the store is doing: what finds no room in the queue is dropped and counted. Nothing is kept before the start.
/// </summary>
internal sealed partial class UsageWriter : IHostedService, IAsyncDisposable
{
    /// <summary>Most records that wait.</summary>
    public const int MaxWaiting = 10_000;

    // One transaction costs about as much as twenty records; a person does not notice the wait.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(60);

    private readonly UsageBook _book;
    private readonly OptionsSource _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abandon = new();
    private List<RequestRecord> _queued = [];
    private List<TaskCompletionSource> _flushes = [];
    private TaskCompletionSource _work = NewSignal();
    private TaskCompletionSource _urgent = NewSignal();
    private int _held;
    private bool _stopping;
    private Task? _running;

    public UsageWriter(UsageBook book, OptionsSource options, TimeProvider time, ILogger<UsageWriter> logger)
    {
        (_book, _options, _time, _logger) = (book, options, time, logger);
        _options.Replaced += OnReplaced;
    }

    /// <summary>How the store is doing.</summary>
    public UsageState State => _book.State;

    /// <summary>Takes a record. Never waits, never throws.</summary>
    public void Add(RequestRecord record)
    {
        lock (_gate)
        {
            if (_running is null || _stopping)
            {
                return;
            }

            if (_queued.Count + _held >= MaxWaiting)
            {
                _book.Drop(1);
                return;
            }

            _queued.Add(record);
            _work.TrySetResult();
        }
    }

    /// <summary>Waits until what was added so far has been written, or could not be, and gives the store to read from.</summary>
    public async Task<IUsageReader> ReadAsync(CancellationToken cancellationToken)
    {
        await FlushAsync().WaitAsync(cancellationToken);
        return _book.Reader;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // The store is opened at once, but the start does not wait for it.
            _urgent.TrySetResult();
            _running = Task.Run(RunAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task? running;
        lock (_gate)
        {
            _stopping = true;
            _urgent.TrySetResult();
            running = _running;
        }

        if (running is null)
        {
            return;
        }

        await using var abandon = cancellationToken.Register(_abandon.Cancel);
        await running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _options.Replaced -= OnReplaced;
        await StopAsync(CancellationToken.None);
        await _book.DisposeAsync();
        _abandon.Dispose();
    }

    private Task FlushAsync()
    {
        lock (_gate)
        {
            if (_running is null || _stopping)
            {
                return Task.CompletedTask;
            }

            var flushed = NewSignal();
            _flushes.Add(flushed);
            _urgent.TrySetResult();
            return flushed.Task;
        }
    }

    // A changed setting is obeyed at once: what is switched off must let go of its file.
    private void OnReplaced(ProxyOptions options)
    {
        lock (_gate)
        {
            _urgent.TrySetResult();
        }
    }

    private async Task RunAsync()
    {
        var pending = new List<RequestRecord>();
        var retry = FirstRetry;
        while (true)
        {
            var failing = pending.Count > 0;
            if (!failing)
            {
                await PauseAsync(UsageBook.LimitsEvery, Task.WhenAny(_work.Task, _urgent.Task));
            }

            await PauseAsync(failing ? retry : Gather, _urgent.Task);
            var (flushes, last) = Take(pending);
            if (await KeepAsync(pending))
            {
                pending.Clear();
                retry = FirstRetry;
            }
            else
            {
                retry = retry * 2 > LastRetry ? LastRetry : retry * 2;
            }

            _held = pending.Count;
            flushes.ForEach(flush => flush.TrySetResult());
            if (last)
            {
                _book.Drop(pending.Count);
                if (_book.State.Dropped is > 0 and var dropped)
                {
                    LogDropped(dropped);
                }

                return;
            }
        }
    }

    private (List<TaskCompletionSource> Flushes, bool Last) Take(List<RequestRecord> pending)
    {
        lock (_gate)
        {
            pending.AddRange(_queued);
            _held = pending.Count;
            _queued = [];
            var flushes = _flushes;
            _flushes = [];
            _work = NewSignal();
            _urgent = NewSignal();
            return (flushes, _stopping);
        }
    }

    private async Task<bool> KeepAsync(List<RequestRecord> records)
    {
        try
        {
            return await _book.KeepAsync(records, _abandon.Token);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // A fault of the history's own must not end it, and is nothing to a request.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception);
            _book.Drop(records.Count);
            return true;
        }
    }

    private async Task PauseAsync(TimeSpan span, Task orUntil)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(span, _time, over.Token), orUntil);
        await over.CancelAsync();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Dropped} requests of this run are missing in the usage history."
    )]
    private partial void LogDropped(long dropped);

    [LoggerMessage(Level = LogLevel.Error, Message = "The usage history failed inside the program.")]
    private partial void LogFault(Exception exception);
}
