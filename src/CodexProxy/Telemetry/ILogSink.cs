namespace CodexProxy.Telemetry;

/// <summary>A place that log lines are written to. One thread at a time.</summary>
internal interface ILogSink : IDisposable
{
    /// <summary>Takes a line.</summary>
    void Write(LogLine line);

    /// <summary>Hands over what was taken.</summary>
    void Flush();
}
