using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CodexProxy.Telemetry;

/// <summary>
/// The gateway's numbers. Names that begin with <c>gen_ai</c> are those of OpenTelemetry's conventions for generative AI; what they have no
/// name for begins with <c>codex_proxy</c>. While nobody listens, nothing is recorded.
/// </summary>
internal sealed class GatewayMeter : IDisposable
{
    // A client may name what it likes where models are passed through.
    private const int MaxNames = 100;
    private const string Other = "other";

    // The boundaries that the conventions give.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
        [
            0.01,
            0.02,
            0.04,
            0.08,
            0.16,
            0.32,
            0.64,
            1.28,
            2.56,
            5.12,
            10.24,
            20.48,
            40.96,
            81.92,
            163.84,
            327.68,
        ],
    };

    private static readonly InstrumentAdvice<double> FirstTokens = new()
    {
        HistogramBucketBoundaries =
        [
            0.001,
            0.005,
            0.01,
            0.02,
            0.04,
            0.06,
            0.08,
            0.1,
            0.25,
            0.5,
            0.75,
            1,
            2.5,
            5,
            7.5,
            10,
            30,
            60,
        ],
    };

    private static readonly InstrumentAdvice<long> TokenCounts = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304],
    };

    private readonly Redactor _redactor;
    private readonly ConcurrentDictionary<string, string> _names = new();
    private int _inFlight;

    /// <summary>Makes the instruments.</summary>
    /// <param name="redactor">Cleans names that clients may choose.</param>
    /// <param name="quotas">What is used of each account's windows.</param>
    public GatewayMeter(Redactor redactor, Func<IEnumerable<Measurement<double>>> quotas)
    {
        _redactor = redactor;
        Meter = new Meter(Tracing.Name);
        Requests = Meter.CreateCounter<long>("codex_proxy.requests", "{request}", "Requests that have ended.");
        Tokens = Meter.CreateCounter<long>(
            "codex_proxy.tokens",
            "{token}",
            "Tokens by kind, as the upstream counts them: input includes cached and cache_write, output includes reasoning."
        );
        Caches = Meter.CreateCounter<long>(
            "codex_proxy.cache.requests",
            "{request}",
            "Requests by what the upstream's prompt cache did: first, short, hit or miss."
        );
        Attempts = Meter.CreateCounter<long>("codex_proxy.attempts", "{attempt}", "Attempts at the upstream.");
        Retries = Meter.CreateCounter<long>(
            "codex_proxy.retries",
            "{attempt}",
            "Further attempts of a request, hidden from the client, by what made them necessary."
        );
        Refreshes = Meter.CreateCounter<long>(
            "codex_proxy.login.refreshes",
            "{refresh}",
            "Renewals of a login by their outcome."
        );
        TokenUsage = Meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Number of input and output tokens used.",
            advice: TokenCounts
        );
        AttemptDuration = Meter.CreateHistogram(
            "gen_ai.client.operation.duration",
            "s",
            "Duration of an attempt at the upstream.",
            advice: Durations
        );
        FirstChunk = Meter.CreateHistogram(
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            "Time from an attempt's start to the upstream's first event.",
            advice: FirstTokens
        );
        RequestDuration = Meter.CreateHistogram(
            "gen_ai.server.request.duration",
            "s",
            "Time from a request's arrival to its end.",
            advice: Durations
        );
        FirstToken = Meter.CreateHistogram(
            "gen_ai.server.time_to_first_token",
            "s",
            "Time from a request's arrival to the first event for the client.",
            advice: FirstTokens
        );
        Meter.CreateObservableUpDownCounter(
            "codex_proxy.requests.in_flight",
            () => Volatile.Read(ref _inFlight),
            "{request}",
            "Requests that are being served."
        );
        Meter.CreateObservableGauge(
            "codex_proxy.quota.used",
            quotas,
            "%",
            "Used part of an account's quota window, as the upstream tells it."
        );
    }

    /// <summary>The meter of this gateway.</summary>
    public Meter Meter { get; }

    public Counter<long> Requests { get; }

    public Counter<long> Tokens { get; }

    public Counter<long> Caches { get; }

    public Counter<long> Attempts { get; }

    public Counter<long> Retries { get; }

    public Counter<long> Refreshes { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> AttemptDuration { get; }

    public Histogram<double> FirstChunk { get; }

    public Histogram<double> RequestDuration { get; }

    public Histogram<double> FirstToken { get; }

    /// <summary>Whether somebody listens.</summary>
    public bool IsHeard => Requests.Enabled;

    /// <summary>A request has come.</summary>
    public void Enter() => Interlocked.Increment(ref _inFlight);

    /// <summary>A request has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A name as the value of a label: clean, and one of a bounded set.</summary>
    public string Label(string name)
    {
        if (_names.TryGetValue(name, out var label))
        {
            return label;
        }

        return _names.Count >= MaxNames ? Other : _names.GetOrAdd(name, _redactor.Clean(name));
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
