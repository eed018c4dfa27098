using System.Diagnostics.Metrics;
using System.Text;

namespace CodexProxy.Telemetry;

/// <summary>
/// Adds up what one meter measures, and tells it in the text form of Prometheus. Making one is what switches the meter on.
/// Safe for any number of threads.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>Content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly List<PrometheusFamily> _families = [];
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                var family = new PrometheusFamily(instrument);
                lock (_gate)
                {
                    _families.Add(family);
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Take(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Take(state, value, tags));
        _listener.Start();
    }

    /// <summary>All numbers now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families)
            {
                family.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Take(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((PrometheusFamily)family!).Take(value, tags);
}
