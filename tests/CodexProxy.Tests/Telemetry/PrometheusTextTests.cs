using System.Diagnostics.Metrics;
using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Telemetry;

/// <summary>Numbers in the text form of Prometheus.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly PrometheusText _text;

    public PrometheusTextTests() => _text = new PrometheusText(_meter);

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_by_its_labels()
    {
        var counter = _meter.CreateCounter<long>("app.requests", "{request}", "Requests that have ended.");
        counter.Add(2, new KeyValuePair<string, object?>("app.model", "b"));
        counter.Add(1, new KeyValuePair<string, object?>("app.model", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("app.model", "b"));

        _text
            .Write()
            .ShouldBe(
                """
                # HELP app_requests_total Requests that have ended.
                # TYPE app_requests_total counter
                app_requests_total{app_model="a"} 1
                app_requests_total{app_model="b"} 5

                """
            );
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_a_sum_and_a_count()
    {
        var histogram = _meter.CreateHistogram(
            "app.duration",
            "s",
            "Time.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }
        );
        foreach (var value in (double[])[0.25, 0.5, 0.75, 8])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("m", "x"));
        }

        _text
            .Write()
            .ShouldBe(
                """
                # HELP app_duration_seconds Time.
                # TYPE app_duration_seconds histogram
                app_duration_seconds_bucket{m="x",le="0.5"} 2
                app_duration_seconds_bucket{m="x",le="1"} 3
                app_duration_seconds_bucket{m="x",le="+Inf"} 4
                app_duration_seconds_sum{m="x"} 9.5
                app_duration_seconds_count{m="x"} 4

                """
            );
    }

    [Fact]
    public void What_is_observed_is_asked_for_anew_each_time()
    {
        var windows = new List<Measurement<double>> { new(12.5, new KeyValuePair<string, object?>("account", "one")) };
        _meter.CreateObservableGauge("app.used", () => windows, "%", "Used part.");
        _meter.CreateObservableUpDownCounter("app.in_flight", () => 3);
        _text.Write().ShouldContain("app_used_percent{account=\"one\"} 12.5\n");

        windows[0] = new(13, new KeyValuePair<string, object?>("account", "two"));

        _text
            .Write()
            .ShouldBe(
                """
                # HELP app_in_flight 
                # TYPE app_in_flight gauge
                app_in_flight 3
                # HELP app_used_percent Used part.
                # TYPE app_used_percent gauge
                app_used_percent{account="two"} 13

                """
            );
    }

    [Fact]
    public void Values_of_labels_are_escaped()
    {
        var counter = _meter.CreateCounter<long>("c", null, "a\\b\nc");
        counter.Add(1, new KeyValuePair<string, object?>("x", "quote\" back\\slash new\nline"));

        _text
            .Write()
            .ShouldBe(
                "# HELP c_total a\\\\b\\nc\n# TYPE c_total counter\n"
                    + "c_total{x=\"quote\\\" back\\\\slash new\\nline\"} 1\n"
            );
    }

    [Fact]
    public void There_are_only_so_many_series_and_the_rest_is_counted_together()
    {
        var counter = _meter.CreateCounter<long>("c");
        for (var i = 0; i < PrometheusFamily.MaxSeries + 5; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("x", i));
        }

        var lines = _text.Write().Split('\n');

        lines
            .Count(line => line.StartsWith("c_total{", StringComparison.Ordinal))
            .ShouldBe(PrometheusFamily.MaxSeries + 1);
        lines.ShouldContain("c_total{otel_metric_overflow=\"true\"} 5");
    }

    [Fact]
    public void Another_meter_is_none_of_its_business()
    {
        using var other = new Meter("test");
        other.CreateCounter<long>("foreign").Add(1);

        _text.Write().ShouldBeEmpty();
    }
}
