namespace CodexProxy.Telemetry;

/// <summary>
/// Where every log entry of the gateway goes through: it becomes one line without secrets, which is kept in the ring and handed
/// to the sinks. Safe for any number of threads; no caller waits for a sink.
/// </summary>
internal sealed class GatewayLogs : ILoggerProvider
{
    private readonly TimeProvider _time;
    private readonly Redactor _redactor;
    private readonly LogFormat _format;
    private readonly LogQueue? _terminal;
    private readonly LogQueue? _file;

    /// <summary>Opens the log.</summary>
    /// <param name="time">Clock and time zone of the lines.</param>
    /// <param name="redactor">Cleans every line.</param>
    /// <param name="places">Where lines are written.</param>
    public GatewayLogs(TimeProvider time, Redactor redactor, LogPlaces places)
    {
        _time = time;
        _redactor = redactor;
        _format = places.Format;
        Ring = new LogRing(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (places.Terminal is { } terminal)
        {
            Func<LogLine, string> form = places.IsDated
                ? LogText.ForFile
                : line => LogText.ForTerminal(line, time.LocalTimeZone);
            _terminal = new LogQueue(new TerminalSink(terminal, form));
        }

        if (places.Folder is { } folder)
        {
            _file = new LogQueue(new RollingFile(folder, places.MaxBytes, places.Files, time, TellOfFile));
        }
    }

    /// <summary>The last lines.</summary>
    public LogRing Ring { get; }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <summary>Writes down why the process ends, as long as there is time for it.</summary>
    public void Crashed(Exception exception)
    {
        Write(
            LogLevel.Critical,
            "Process",
            new EventId(0, "Crashed"),
            "The gateway ends by a fault of its own.",
            exception,
            (text, _) => text
        );
        Dispose();
    }

    /// <summary>Writes what waits, for at most 2 seconds.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _terminal?.Dispose();
    }

    private void Write<TState>(
        LogLevel level,
        string category,
        EventId id,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var message = LogText.OneLine(_redactor.Clean(formatter(state, exception)));
        var thrown = exception is null ? null : LogText.OneLine(_redactor.Clean(exception.ToString()));
        var line = new LogLine(0, _time.GetUtcNow(), level, message) { RequestId = LogFields.RequestOf(state) };
        var json = _format == LogFormat.Json ? LogFields.Json(line, category, id, state, thrown, _redactor) : null;
        line = Ring.Add(line with { Json = json, Message = thrown is null ? message : $"{message} | {thrown}" });
        _terminal?.Add(line);
        _file?.Add(line);
    }

    // It must not come back to the file.
    private void TellOfFile(string message)
    {
        var line = new LogLine(0, _time.GetUtcNow(), LogLevel.Warning, LogText.OneLine(_redactor.Clean(message)));
        _terminal?.Add(Ring.Add(line));
    }

    private sealed class Category(GatewayLogs logs, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => logs.Write(logLevel, name, eventId, state, exception, formatter);
    }
}

/// <summary>Where log lines are written.</summary>
internal sealed record LogPlaces
{
    /// <summary>The stream of the process; null for none.</summary>
    public TextWriter? Terminal { get; init; }

    /// <summary>Whether lines of the stream have their date, because the stream is a file.</summary>
    public bool IsDated { get; init; }

    /// <summary>Folder of the rolling file; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Size of one file.</summary>
    public long MaxBytes { get; init; }

    /// <summary>How many files there are at most.</summary>
    public int Files { get; init; } = 1;

    /// <summary>How a line is written.</summary>
    public LogFormat Format { get; init; }
}
