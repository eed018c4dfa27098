using System.Diagnostics.Metrics;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Quota;
using CodexProxy.Telemetry;

namespace CodexProxy.Hosting;

/// <summary>Puts logs, numbers and spans together: where they go, and what must never be in them.</summary>
internal static partial class GatewayObservation
{
    /// <summary>Folder of the log files.</summary>
    private const string Folder = "logs";

    /// <summary>Where log lines are written.</summary>
    public static LogPlaces Places(ProxyOptions options, GatewaySurroundings surroundings)
    {
        var writesFile = options.Log.File && options.Home.Length > 0;
        // The stream of a server in the background is a file too: each line belongs in one place.
        var writesStream = surroundings.Logs is null && !(surroundings.IsDetached && writesFile);
        return new LogPlaces
        {
            Terminal = writesStream ? TerminalSink.OfProcess() : null,
            IsDated = surroundings.IsDetached,
            Folder = writesFile ? Path.Combine(options.Home, Folder) : null,
            MaxBytes = options.Log.MaxMegabytes * 1_000_000L,
            Files = options.Log.Files,
            Format = options.Log.Format,
        };
    }

    /// <summary>Adds what measures.</summary>
    public static void AddObservation(
        this IServiceCollection services,
        ProxyOptions options,
        GatewaySurroundings surroundings
    )
    {
        services.AddSingleton(provider => new GatewayMeter(
            provider.GetRequiredService<Redactor>(),
            () => Quotas(provider.GetRequiredService<QuotaBook>())
        ));
        if (options.Log.Prometheus)
        {
            services.AddSingleton(provider => new PrometheusText(provider.GetRequiredService<GatewayMeter>().Meter));
        }

        if (OtlpSettings.Read(surroundings.Inputs?.Environment ?? (_ => null)) is { } otlp)
        {
            services.AddSingleton(provider => new OtlpExport(
                otlp,
                ProductInfo.Version,
                provider.GetRequiredService<Redactor>()
            ));
        }
    }

    /// <summary>Begins to measure, and tells the redactor what it must know.</summary>
    public static void Begin(IServiceProvider services)
    {
        services.GetService<PrometheusText>();
        try
        {
            services.GetService<OtlpExport>();
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or NotSupportedException
            )
        {
            // Its message may hold a header, and a header a key.
            LogNotExported(services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(CodexProxy)));
        }

        var redactor = services.GetRequiredService<Redactor>();
        var options = services.GetRequiredService<OptionsSource>();
        Learn(redactor, options.Current);
        options.Replaced += now => Learn(redactor, now);
    }

    /// <summary>Tells the redactor of every login, and counts renewals.</summary>
    public static LoginWatch Watch(IServiceProvider services)
    {
        var redactor = services.GetRequiredService<Redactor>();
        var meter = services.GetRequiredService<GatewayMeter>();
        return new LoginWatch(
            credential => Learn(redactor, credential),
            outcome => meter.Refreshes.Add(1, new KeyValuePair<string, object?>("codex_proxy.outcome", outcome))
        );
    }

    private static void Learn(Redactor redactor, Credential credential)
    {
        redactor.Learn(credential.AccountId);
        redactor.Learn(credential.UserId);
        redactor.Learn(credential.Email);
        redactor.Learn(credential.AccessToken.Reveal());
    }

    private static void Learn(Redactor redactor, ProxyOptions options)
    {
        foreach (var key in options.Server.ClientKeys)
        {
            redactor.Learn(key.Reveal());
        }

        foreach (var upstream in options.Alternates.All)
        {
            redactor.Learn(upstream.Key?.Reveal());
            foreach (var header in upstream.Headers.Values)
            {
                redactor.Learn(header.Reveal());
            }
        }
    }

    private static IEnumerable<Measurement<double>> Quotas(QuotaBook quotas) =>
        quotas.All.SelectMany(known =>
            known.Value.Snapshot.Windows.Select(window => new Measurement<double>(
                window.UsedPercent,
                new KeyValuePair<string, object?>("codex_proxy.account", known.Key),
                new KeyValuePair<string, object?>("codex_proxy.quota.window", NameOf(window))
            ))
        );

    private static string NameOf(QuotaWindow window) =>
        window.IsFiveHours ? "five_hours"
        : window.IsWeek ? "week"
        : "other";

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Spans and metrics are not sent: an OTEL_EXPORTER_OTLP_* variable has a value that cannot be used."
    )]
    private static partial void LogNotExported(ILogger logger);
}
