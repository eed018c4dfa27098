using System.Text.Json;

namespace CodexProxy.Keys;

/// <summary>
/// Lets the limits of a day outlast a restart: reads what was used at the start, and writes it a minute after the first change
/// and at the end. A program that is killed forgets a minute at most. Nothing is written for keys without such a limit.
/// </summary>
internal sealed partial class KeyDayKeeper : IHostedService, IDisposable
{
    /// <summary>How long a change may wait for the disk.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMinutes(1);

    private readonly KeyMeter _meter;
    private readonly KeyDayFile _file;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private bool _isWaiting;
    private bool _isTold;

    public KeyDayKeeper(KeyMeter meter, KeyDayFile file, TimeProvider time, ILogger<KeyDayKeeper> logger)
    {
        (_meter, _file, _logger) = (meter, file, logger);
        _timer = time.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _meter.Restore(_file.Read());
        }
        catch (JsonException)
        {
            SetAside();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception.Message);
        }

        _meter.DayChanged += OnChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _meter.DayChanged -= OnChanged;
        Write();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnChanged()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isWaiting = true;
                _timer.Change(Gather, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Write()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            // Before the counts are taken: what changes meanwhile waits for the next time.
            _isWaiting = false;
            try
            {
                _file.Write(_meter.Days());
                _isTold = false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!_isTold)
                {
                    _isTold = true;
                    LogUnwritten(exception.Message);
                }
            }
        }
    }

    private void SetAside()
    {
        try
        {
            _file.SetAside();
            LogDamaged();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "key-usage.json could not be understood and was set aside as key-usage.json.damaged; the days of all keys begin anew."
    )]
    private partial void LogDamaged();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "key-usage.json cannot be read, so the days of all keys begin anew. {Reason}"
    )]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "key-usage.json cannot be written, so a restart forgets what keys have used of their day. {Reason}"
    )]
    private partial void LogUnwritten(string reason);
}
