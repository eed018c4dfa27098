using CodexProxy.Telemetry;

namespace CodexProxy.Launcher;

/// <summary>Which lines of the log are wanted.</summary>
internal sealed record LogFilter
{
    /// <summary>Least level; null for all.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>Text that a line must hold, whatever the case; null for any.</summary>
    public string? Text { get; init; }

    /// <summary>Start of the id of the request that a line must belong to; null for any.</summary>
    public string? Request { get; init; }

    /// <summary>Moment before which no line counts; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether every line is wanted.</summary>
    public bool IsOpen => this == new LogFilter();

    /// <summary>Whether a line is wanted. One that is not of the log's form is judged by its text alone.</summary>
    /// <param name="text">The line as it stands in the file.</param>
    /// <param name="line">What it says; null when it has another form.</param>
    public bool Takes(string text, LogLine? line) =>
        (Text is null || text.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (
            line is null
                ? IsOpen || (Text is not null && this == new LogFilter { Text = Text })
                : (Level is not { } least || line.Level >= least)
                    && (Since is not { } since || line.At >= since)
                    && (Request is null || line.RequestId?.StartsWith(Request, StringComparison.Ordinal) == true)
        );
}
