using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>Keeps the gateway's log lines, so that a failed scenario can show them.</summary>
public sealed class GatewayLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose() { }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', _lines);

    private sealed class Logger(GatewayLog log, string category) : ILogger
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
        ) => log._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
