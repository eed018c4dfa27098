using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Settings of logs and numbers.</summary>
internal static class LogSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<bool>
        {
            Path = "log.file",
            Summary = "Whether the gateway writes log files in the state folder.",
            Variables = ["CODEX_PROXY_LOG_FILE"],
            NeedsRestart = true,
            Kind = new SwitchKind(),
            Get = options => options.Log.File,
            Set = (options, value) => options with { Log = options.Log with { File = value } },
        },
        new Setting<int>
        {
            Path = "log.maxMegabytes",
            Summary = "Size at which a new log file is begun.",
            Variables = ["CODEX_PROXY_LOG_MAX_MEGABYTES"],
            NeedsRestart = true,
            Kind = new WholeNumberKind(1, 100, "megabytes"),
            Get = options => options.Log.MaxMegabytes,
            Set = (options, value) => options with { Log = options.Log with { MaxMegabytes = value } },
        },
        new Setting<int>
        {
            Path = "log.files",
            Summary = "How many log files are kept, the one in use included.",
            Variables = ["CODEX_PROXY_LOG_FILES"],
            NeedsRestart = true,
            Kind = new WholeNumberKind(1, 100),
            Get = options => options.Log.Files,
            Set = (options, value) => options with { Log = options.Log with { Files = value } },
        },
        new Setting<LogFormat>
        {
            Path = "log.format",
            Summary = "How log lines are written.",
            Variables = ["CODEX_PROXY_LOG_FORMAT"],
            NeedsRestart = true,
            Kind = new ChoiceKind<LogFormat>(("text", LogFormat.Text), ("json", LogFormat.Json)),
            Get = options => options.Log.Format,
            Set = (options, value) => options with { Log = options.Log with { Format = value } },
        },
        new Setting<bool>
        {
            Path = "metrics.prometheus",
            Summary = "Whether GET /metrics answers with the gateway's numbers.",
            Variables = ["CODEX_PROXY_METRICS_PROMETHEUS"],
            NeedsRestart = true,
            Kind = new SwitchKind(),
            Get = options => options.Log.Prometheus,
            Set = (options, value) => options with { Log = options.Log with { Prometheus = value } },
        },
    ];
}
