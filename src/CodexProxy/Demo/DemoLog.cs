using System.Globalization;
using CodexProxy.Terminals;

namespace CodexProxy.Demo;

/// <summary>
/// The gateway's log during the demo: warnings always, the line of each request once the stage is open to real clients.
/// </summary>
/// <param name="terminal">Where the lines go.</param>
/// <param name="timeProvider">The clock of their time stamps.</param>
internal sealed class DemoLog(Terminal terminal, TimeProvider timeProvider) : ILoggerProvider, ILogger
{
    /// <summary>Least severe line that is shown.</summary>
    public LogLevel Least { get; set; } = LogLevel.Warning;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            var time = timeProvider.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            var text = exception is null ? formatter(state, null) : $"{formatter(state, null)} {exception}";
            terminal.Line($"{terminal.Dim(time)} {text}");
        }
    }

    public void Dispose() { }
}
