namespace CodexProxy.Telemetry;

/// <summary>What the standard variables of OpenTelemetry say. Nothing is exported unless one of them names a receiver.</summary>
/// <param name="Traces">Where spans go; null for nowhere.</param>
/// <param name="Metrics">Where metrics go; null for nowhere.</param>
internal sealed record OtlpSettings(OtlpSignal? Traces, OtlpSignal? Metrics)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Every variable that is looked at.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_EXPORTER",
        "OTEL_METRICS_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_METRIC_EXPORT_TIMEOUT",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_EVENT_COUNT_LIMIT",
        Endpoint,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        Protocol,
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    ];

    /// <summary>Reads the variables; null when nothing is to be exported.</summary>
    /// <param name="environment">Reads one variable; null when it is not set.</param>
    public static OtlpSettings? Read(Func<string, string?> environment)
    {
        var set = new Dictionary<string, string?>();
        foreach (var name in Names)
        {
            // An empty variable is as good as none, says the specification.
            if (environment(name) is { } value && !string.IsNullOrWhiteSpace(value))
            {
                set[name] = value.Trim();
            }
        }

        if (set.Count == 0 || Is(set, "OTEL_SDK_DISABLED", "true"))
        {
            return null;
        }

        var settings = new OtlpSettings(Signal(set, "TRACES"), Signal(set, "METRICS"));
        return settings is { Traces: null, Metrics: null } ? null : settings;
    }

    // The library knows the general variables only; those of one signal take their places.
    private static OtlpSignal? Signal(Dictionary<string, string?> set, string signal)
    {
        if (!IsWanted(set, signal))
        {
            return null;
        }

        var own = new Dictionary<string, string?>(set);
        foreach (var name in (string[])["PROTOCOL", "HEADERS", "TIMEOUT"])
        {
            if (set.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_{name}") is { } value)
            {
                own[$"OTEL_EXPORTER_OTLP_{name}"] = value;
            }
        }

        var whole = set.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
        // The specification's default is http/protobuf, the library's is grpc. Port 4317 speaks only that.
        own.TryAdd(
            Protocol,
            Address(whole ?? set.GetValueOrDefault(Endpoint)) is { Port: 4317 } ? "grpc" : "http/protobuf"
        );
        var isKnown = (whole ?? set.GetValueOrDefault(Endpoint)) is not { } text || Address(text) is not null;
        return new OtlpSignal(Address(whole), own, isKnown);
    }

    private static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") ? uri : null;

    private static bool IsWanted(Dictionary<string, string?> set, string signal)
    {
        if (set.GetValueOrDefault($"OTEL_{signal}_EXPORTER") is { } exporters)
        {
            return exporters
                .Split(',', StringSplitOptions.TrimEntries)
                .Contains("otlp", StringComparer.OrdinalIgnoreCase);
        }

        return set.ContainsKey(Endpoint) || set.ContainsKey($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
    }

    private static bool Is(Dictionary<string, string?> set, string name, string value) =>
        string.Equals(set.GetValueOrDefault(name), value, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Where one signal goes.</summary>
/// <param name="Endpoint">Whole address of its own; null for the general one.</param>
/// <param name="Variables">The variables for the exporter, by their general names.</param>
/// <param name="IsAddress">Whether what they name as an address is one.</param>
internal sealed record OtlpSignal(Uri? Endpoint, IReadOnlyDictionary<string, string?> Variables, bool IsAddress);
