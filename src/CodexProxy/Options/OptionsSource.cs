namespace CodexProxy.Options;

/// <summary>
/// The settings in force. The file is read again when it changes: a good new content replaces <see cref="Current"/>
/// at once, a bad one leaves it as it is and is logged. Safe for any number of threads.
/// </summary>
public sealed partial class OptionsSource : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    private readonly OptionInputs? _inputs;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private FileSystemWatcher? _watcher;
    private ITimer? _timer;
    private volatile ProxyOptions _current;

    /// <summary>Holds options that never change.</summary>
    public OptionsSource(ProxyOptions options)
        : this(options, inputs: null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance) { }

    /// <summary>Holds options that can be read again from the same inputs.</summary>
    /// <param name="options">What <see cref="OptionsLoader"/> made of <paramref name="inputs"/>.</param>
    /// <param name="inputs">Where to read again; null for never.</param>
    /// <param name="logger">Receives what a reload did.</param>
    public OptionsSource(ProxyOptions options, OptionInputs? inputs, ILogger logger)
    {
        _current = options;
        _inputs = inputs;
        _logger = logger;
    }

    /// <summary>Raised after <see cref="Current"/> was replaced, on the thread that did it.</summary>
    public event Action<ProxyOptions>? Replaced;

    /// <summary>The settings in force now. Read it once per request and keep that value for the request.</summary>
    public ProxyOptions Current => _current;

    /// <summary>Begins to watch the file. Without inputs, or when its folder does not exist, nothing happens.</summary>
    /// <param name="time">Clock of the settling time: editors write a file in several steps.</param>
    public void Watch(TimeProvider time)
    {
        var folder = Path.GetDirectoryName(_current.ConfigPath);
        if (_inputs is null || _watcher is not null || !Directory.Exists(folder))
        {
            return;
        }

        _timer = time.CreateTimer(_ => Reload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            _watcher = new FileSystemWatcher(folder, Path.GetFileName(_current.ConfigPath));
            _watcher.Changed += (_, _) => OnTouched();
            _watcher.Created += (_, _) => OnTouched();
            _watcher.Deleted += (_, _) => OnTouched();
            _watcher.Renamed += (_, _) => OnTouched();
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException)
        {
            // The system's limit of watches is reached.
            LogUnwatched(_logger);
        }
    }

    /// <summary>Says that the file may have changed; it is read after 250 ms without another call.</summary>
    internal void OnTouched() => _timer?.Change(Settle, Timeout.InfiniteTimeSpan);

    /// <summary>Reads the inputs again.</summary>
    internal void Reload()
    {
        if (_inputs is null)
        {
            return;
        }

        ProxyOptions loaded;
        lock (_gate)
        {
            try
            {
                loaded = KeepUntilRestart(OptionsLoader.Load(_inputs));
                // Judged again: the new keys must fit the address that stays bound.
                OptionsLoader.RefuseExposure(loaded);
            }
            catch (OptionsRejectedException exception)
            {
                foreach (var error in exception.Errors)
                {
                    LogRejected(_logger, error.ToString());
                }

                return;
            }

            _current = loaded;
        }

        LogReloaded(_logger);
        Replaced?.Invoke(loaded);
    }

    /// <summary>Ends the watching.</summary>
    public void Dispose()
    {
        _watcher?.Dispose();
        _timer?.Dispose();
    }

    private ProxyOptions KeepUntilRestart(ProxyOptions loaded)
    {
        foreach (var setting in Settings.All)
        {
            if (setting.NeedsRestart && !setting.IsSame(_current, loaded))
            {
                LogNeedsRestart(_logger, setting.Path);
                loaded = setting.Copy(_current, loaded);
            }
        }

        return loaded;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of the settings file will not be noticed.")]
    private static partial void LogUnwatched(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "The settings were read again.")]
    private static partial void LogReloaded(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The old settings stay in force. {Error}")]
    private static partial void LogRejected(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The new value of {Setting} takes effect at the next start.")]
    private static partial void LogNeedsRestart(ILogger logger, string setting);
}
