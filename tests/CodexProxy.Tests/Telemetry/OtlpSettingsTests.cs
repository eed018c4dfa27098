using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Telemetry;

/// <summary>What the standard variables switch on.</summary>
public sealed class OtlpSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("OTEL_SERVICE_NAME=x")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT= ")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318;OTEL_SDK_DISABLED=true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318;OTEL_SDK_DISABLED=TRUE")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318;OTEL_TRACES_EXPORTER=none;OTEL_METRICS_EXPORTER=none"
    )]
    [InlineData("OTEL_TRACES_EXPORTER=console;OTEL_METRICS_EXPORTER=prometheus")]
    public void Nothing_is_exported_unless_a_receiver_is_named(string variables) => Read(variables).ShouldBeNull();

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4318/v1/traces", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4318/v1/metrics", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_TRACES_EXPORTER=none", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_METRICS_EXPORTER=none", true, false)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", true, false)]
    [InlineData("OTEL_TRACES_EXPORTER=console, otlp;OTEL_METRICS_EXPORTER=otlp", true, true)]
    public void Each_kind_can_be_chosen(string variables, bool traces, bool metrics)
    {
        var settings = Read(variables).ShouldNotBeNull();

        (settings.Traces is not null, settings.Metrics is not null).ShouldBe((traces, metrics));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "http/protobuf", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://collector.example.com", "http/protobuf", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "grpc", "grpc")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://d:4318/v1/traces",
        "http/protobuf",
        "grpc"
    )]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "grpc", "grpc")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf",
        "grpc",
        "http/protobuf"
    )]
    public void Without_a_protocol_the_port_tells_it(string variables, string traces, string metrics)
    {
        var settings = Read(variables).ShouldNotBeNull();

        settings.Traces!.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"].ShouldBe(traces);
        settings.Metrics!.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"].ShouldBe(metrics);
    }

    [Fact]
    public void What_is_said_of_one_signal_counts_for_it_alone()
    {
        var settings = Read(
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_EXPORTER_OTLP_HEADERS=a=b;"
                    + "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://d:1/spans;OTEL_EXPORTER_OTLP_TRACES_HEADERS=c=d"
            )
            .ShouldNotBeNull();

        settings.Traces!.Endpoint.ShouldBe(new Uri("http://d:1/spans"));
        settings.Traces.Variables["OTEL_EXPORTER_OTLP_HEADERS"].ShouldBe("c=d");
        settings.Metrics!.Endpoint.ShouldBeNull();
        settings.Metrics.Variables["OTEL_EXPORTER_OTLP_HEADERS"].ShouldBe("a=b");
    }

    private static OtlpSettings? Read(string variables)
    {
        var set = variables
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return OtlpSettings.Read(set.GetValueOrDefault);
    }
}
