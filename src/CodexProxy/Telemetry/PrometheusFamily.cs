using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace CodexProxy.Telemetry;

/// <summary>One instrument in the text form of Prometheus, with a bounded number of series.</summary>
internal sealed class PrometheusFamily
{
    /// <summary>Series kept; what comes on top is counted in one of its own.</summary>
    public const int MaxSeries = 1000;

    private const string Overflow = "otel_metric_overflow=\"true\"";

    private readonly ConcurrentDictionary<string, PrometheusSeries> _series = new();
    private readonly string _help;
    private readonly string _type;
    private readonly double[]? _bounds;
    private readonly bool _isObserved;

    /// <summary>Describes an instrument.</summary>
    public PrometheusFamily(Instrument instrument)
    {
        _type =
            IsOf(instrument, typeof(Counter<>), typeof(ObservableCounter<>)) ? "counter"
            : IsOf(instrument, typeof(Histogram<>)) ? "histogram"
            : "gauge";
        _isObserved = instrument.IsObservable;
        _bounds = _type == "histogram" ? Bounds(instrument) : null;
        _help = (instrument.Description ?? "").Replace("\\", "\\\\").Replace("\n", "\\n");
        Name = NameOf(instrument, _type == "counter");
    }

    /// <summary>Name of the family.</summary>
    public string Name { get; }

    /// <summary>Takes a measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            labels = _series.Count < MaxSeries ? labels : Overflow;
            series = _series.GetOrAdd(labels, _ => new PrometheusSeries(_bounds));
        }

        if (_bounds is not null)
        {
            series.Observe(value);
        }
        else if (_isObserved)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets what is about to be observed anew.</summary>
    public void BeginObservation()
    {
        if (_isObserved)
        {
            _series.Clear();
        }
    }

    /// <summary>Writes the family.</summary>
    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            series.Write(text, Name, labels);
        }
    }

    /// <summary>A number as Prometheus reads it.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    // gen_ai.client.operation.duration in s becomes gen_ai_client_operation_duration_seconds.
    private static string NameOf(Instrument instrument, bool isCounter)
    {
        var name = Word(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "%" => "_percent",
            "By" => "_bytes",
            _ => "",
        };
        return name + unit + (isCounter ? "_total" : "");
    }

    private static string Word(string name) =>
        string.Create(
            name.Length,
            name,
            static (letters, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                {
                    letters[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
                }
            }
        );

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Word(name)).Append("=\"");
            var word = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(word.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }

        return text.ToString();
    }

    private static double[] Bounds(Instrument instrument) =>
        instrument switch
        {
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } =>
            [
                .. bounds.Select(bound => (double)bound),
            ],
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        };

    private static bool IsOf(Instrument instrument, params ReadOnlySpan<Type> types)
    {
        foreach (var type in types)
        {
            if (instrument.GetType().GetGenericTypeDefinition() == type)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One series of a family: a value, or the counts of a histogram.</summary>
/// <param name="bounds">Upper ends of the buckets; null for a value.</param>
internal sealed class PrometheusSeries(double[]? bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[(bounds?.Length ?? 0) + 1];
    private double _value;

    /// <summary>Replaces the value.</summary>
    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    /// <summary>Adds to the value.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
        }
    }

    /// <summary>Counts a value of a histogram.</summary>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_gate)
        {
            _counts[bucket]++;
            _value += value;
        }
    }

    /// <summary>Writes its samples.</summary>
    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_gate)
        {
            if (bounds is null)
            {
                Sample(text, name, labels, PrometheusFamily.Number(_value));
                return;
            }

            long sum = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                sum += _counts[i];
                var end = i < bounds.Length ? PrometheusFamily.Number(bounds[i]) : "+Inf";
                var with = labels.Length > 0 ? $"{labels},le=\"{end}\"" : $"le=\"{end}\"";
                Sample(text, name + "_bucket", with, PrometheusFamily.Number(sum));
            }

            Sample(text, name + "_sum", labels, PrometheusFamily.Number(_value));
            Sample(text, name + "_count", labels, PrometheusFamily.Number(sum));
        }
    }

    private static void Sample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }
}
