namespace CodexProxy.Telemetry;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>Time, level and text.</summary>
    Text,

    /// <summary>One JSON object for each line.</summary>
    Json,
}
