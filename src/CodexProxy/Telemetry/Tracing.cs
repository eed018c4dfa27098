using System.Diagnostics;

namespace CodexProxy.Telemetry;

/// <summary>The source of all spans. While nobody listens, a span is null and costs a comparison.</summary>
internal static class Tracing
{
    /// <summary>Name of the source, and of the meter.</summary>
    public const string Name = "codex-proxy";

    /// <summary>The source.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Begins a span inside the current one; null while nobody listens.</summary>
    public static Activity? Begin(string name, ActivityKind kind = ActivityKind.Internal) =>
        Source.HasListeners() ? Source.StartActivity(name, kind) : null;

    /// <summary>Says that what the span stands for has failed, by a word of a closed set.</summary>
    public static void Fail(this Activity span, string error)
    {
        span.SetTag("error.type", error);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
