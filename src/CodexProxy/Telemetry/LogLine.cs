namespace CodexProxy.Telemetry;

/// <summary>One line of the log: without secrets, and without a line break inside. Immutable.</summary>
/// <param name="Id">Increasing, over restarts too.</param>
/// <param name="At">When it was written.</param>
/// <param name="Level">How severe it is.</param>
/// <param name="Message">Its text, with what is told of an exception.</param>
internal sealed record LogLine(long Id, DateTimeOffset At, LogLevel Level, string Message)
{
    /// <summary>The request it belongs to; null when there is none.</summary>
    public string? RequestId { get; init; }

    /// <summary>The line as a JSON object; null where lines are written as text.</summary>
    public string? Json { get; init; }
}
