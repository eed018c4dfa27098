using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Where and how the gateway logs, and what it tells of its numbers.</summary>
public sealed record LogOptions
{
    /// <summary>Whether there are log files in the state folder. Default on. Needs a restart.</summary>
    public bool File { get; init; } = true;

    /// <summary>Size of one log file in megabytes, 1 to 100. Default 10. Needs a restart.</summary>
    public int MaxMegabytes { get; init; } = 10;

    /// <summary>How many log files are kept, 1 to 100. Default 5. Needs a restart.</summary>
    public int Files { get; init; } = 5;

    /// <summary>How lines are written. Default <see cref="LogFormat.Text"/>. Needs a restart.</summary>
    public LogFormat Format { get; init; }

    /// <summary>Whether <c>GET /metrics</c> answers. Default off. Needs a restart.</summary>
    public bool Prometheus { get; init; }
}
