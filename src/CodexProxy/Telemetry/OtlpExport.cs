using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CodexProxy.Telemetry;

/// <summary>
/// Sends spans and metrics to a receiver of OTLP. Nothing of OpenTelemetry is loaded while there is none. A receiver that does not
/// answer costs no request anything.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const int Farewell = 2000;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    /// <summary>Begins to export.</summary>
    /// <param name="settings">What to export, and where.</param>
    /// <param name="version">Version of the program.</param>
    /// <param name="redactor">Cleans what leaves.</param>
    /// <exception cref="FormatException">An address is none.</exception>
    /// <exception cref="ArgumentException">Another variable has a value that cannot be used.</exception>
    public OtlpExport(OtlpSettings settings, string version, Redactor redactor)
    {
        if (settings.Traces is { IsAddress: false } || settings.Metrics is { IsAddress: false })
        {
            throw new FormatException("The address of the receiver must begin with http:// or https://.");
        }

        if (settings.Traces is { } traces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(Configure(traces)))
                .ConfigureResource(resource => Describe(resource, version))
                .AddSource(Tracing.Name)
                .AddProcessor(new CleaningProcessor(redactor))
                .AddOtlpExporter(exporter => Address(exporter, traces))
                .Build();
        }

        if (settings.Metrics is { } metrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(Configure(metrics)))
                .ConfigureResource(resource => Describe(resource, version))
                .AddMeter(Tracing.Name, "System.Runtime")
                .AddOtlpExporter(exporter => Address(exporter, metrics))
                .Build();
        }
    }

    /// <summary>Sends what waits. False when the receiver did not take it in time.</summary>
    /// <param name="milliseconds">How long to wait.</param>
    public bool Flush(int milliseconds)
    {
        var sent = _traces?.ForceFlush(milliseconds) ?? true;
        return (_metrics?.ForceFlush(milliseconds) ?? true) && sent;
    }

    /// <summary>Sends what waits, for at most a few seconds, and ends.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(Farewell);
        _traces?.Dispose();
        _metrics?.Shutdown(Farewell);
        _metrics?.Dispose();
    }

    private static IConfiguration Configure(OtlpSignal signal) =>
        new ConfigurationBuilder().AddInMemoryCollection(signal.Variables).Build();

    private static void Address(OtlpExporterOptions exporter, OtlpSignal signal)
    {
        // Setting it says that nothing is to be appended.
        if (signal.Endpoint is { } endpoint)
        {
            exporter.Endpoint = endpoint;
        }
    }

    // The person's own names come last and win.
    private static void Describe(ResourceBuilder resource, string version) =>
        resource
            .Clear()
            .AddService(Tracing.Name, serviceVersion: version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();

    /// <summary>Cleans the texts of a span before it is queued for sending.</summary>
    private sealed class CleaningProcessor(Redactor redactor) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var (name, value) in data.TagObjects.ToArray())
            {
                if (value is string text && redactor.Clean(text) is { } clean && !ReferenceEquals(clean, text))
                {
                    data.SetTag(name, clean);
                }
            }

            data.DisplayName = redactor.Clean(data.DisplayName);
        }
    }
}
