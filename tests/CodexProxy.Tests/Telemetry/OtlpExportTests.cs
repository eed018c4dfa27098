using System.Net.Http.Headers;
using System.Text;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Telemetry;

/// <summary>What a receiver of OTLP gets of a request.</summary>
public sealed class OtlpExportTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "b7ad6b7169203331";
    private const string Body = """
        {"model":"claude-opus-5-5","max_tokens":512,"stream":true,"messages":[{"role":"user","content":"hello there"}]}
        """;

    [Fact]
    public async Task A_request_is_a_trace_that_goes_on_from_the_clients_and_ends_here()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(receiver.Address);
        stage.Simulator.Next(Turn.HttpError(500, "server_error", "once more"));

        await AskAsync(stage);
        Flush(stage);

        var spans = receiver.Spans.Where(span => span.Trace == Trace).ToList();
        var request = spans.Single(span => span.Kind == 2);
        (request.Name, request.Parent).ShouldBe(("POST /v1/messages", Span));
        request.Tags["http.request.method"].ShouldBe("POST");
        request.Tags["http.route"].ShouldBe("/v1/messages");
        request.Tags["http.response.status_code"].ShouldBe("200");
        request.Tags["codex_proxy.request.id"].ShouldStartWith("req_01");
        request.Failed.ShouldBeFalse();
        spans.Where(span => span != request).ShouldAllBe(span => span.Parent == request.Id);
        spans.Where(span => span.Kind == 1).Select(span => span.Name).ShouldBe(["translate", "account.lease"]);
        var key = spans.Single(span => span.Name == "account.lease").Tags["codex_proxy.account"];
        key.ShouldMatch("^[0-9a-f]{12}$");

        var attempts = spans.Where(span => span.Kind == 3).OrderBy(span => span.Tags["codex_proxy.attempt"]).ToList();
        attempts.Count.ShouldBe(2);
        (attempts[0].Failed, attempts[0].Tags["http.response.status_code"]).ShouldBe((true, "500"));
        attempts[0].Tags["error.type"].ShouldNotBeEmpty();
        attempts[0].Events.ShouldBeEmpty();
        var model = attempts[1].Tags["gen_ai.request.model"];
        attempts[1].Name.ShouldBe($"chat {model}");
        attempts[1].Failed.ShouldBeFalse();
        attempts[1].Events.ShouldBe(["codex_proxy.first_event"]);
        attempts[1].Tags["gen_ai.operation.name"].ShouldBe("chat");
        attempts[1].Tags["gen_ai.provider.name"].ShouldBe("openai");
        attempts[1].Tags["gen_ai.request.max_tokens"].ShouldBe("512");
        attempts[1].Tags["gen_ai.conversation.id"].ShouldBe("3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77");
        attempts[1].Tags["gen_ai.response.finish_reasons"].ShouldBe("stop");
        attempts[1].Tags["codex_proxy.account"].ShouldBe(key);
        int.Parse(attempts[1].Tags["gen_ai.usage.input_tokens"]).ShouldBeGreaterThan(0);
        int.Parse(attempts[1].Tags["gen_ai.usage.output_tokens"]).ShouldBeGreaterThan(0);
        attempts[1].Tags.Keys.ShouldContain("gen_ai.usage.cache_read.input_tokens");
    }

    [Fact]
    public async Task No_trace_of_the_clients_or_of_ours_goes_upstream()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(receiver.Address);

        await AskAsync(stage);

        var headers = stage.Simulator.Requests.Last.Headers.Select(header => header.Key.ToLowerInvariant()).ToList();
        headers.ShouldContain("authorization");
        foreach (var name in (string[])["traceparent", "tracestate", "baggage", "request-id", "correlation-context"])
        {
            headers.ShouldNotContain(name);
        }
    }

    [Fact]
    public async Task The_metrics_have_the_names_of_the_conventions_and_come_from_this_program()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(
            receiver.Address,
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=mine"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
        );

        await AskAsync(stage);
        Flush(stage);

        var points = receiver.Points;
        foreach (
            var (name, unit) in ((string, string)[])
                [
                    ("codex_proxy.requests", "{request}"),
                    ("codex_proxy.requests.in_flight", "{request}"),
                    ("codex_proxy.tokens", "{token}"),
                    ("codex_proxy.quota.used", "%"),
                    ("gen_ai.client.token.usage", "{token}"),
                    ("gen_ai.client.operation.duration", "s"),
                    ("gen_ai.client.operation.time_to_first_chunk", "s"),
                    ("gen_ai.server.request.duration", "s"),
                    ("gen_ai.server.time_to_first_token", "s"),
                ]
        )
        {
            points.ShouldContain(point => point.Name == name && point.Unit == unit, name);
        }

        points
            .Where(point => point.Name == "gen_ai.client.token.usage")
            .Select(point => point.Labels["gen_ai.token.type"])
            .Distinct()
            .Order()
            .ShouldBe(["input", "output"]);
        receiver.Exports.ShouldAllBe(export => export.Headers["x-tenant"] == "mine");
        receiver.Resource["service.name"].ShouldBe("codex-proxy");
        receiver.Resource["service.version"].ShouldBe("0.1.0");
        receiver.Resource["deployment.environment.name"].ShouldBe("test");
    }

    [Fact]
    public async Task The_persons_own_name_for_the_service_wins()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(receiver.Address, ("OTEL_SERVICE_NAME", "my-proxy"));

        Flush(stage);
        await AskAsync(stage);
        Flush(stage);

        receiver.Resource["service.name"].ShouldBe("my-proxy");
    }

    [Fact]
    public async Task Spans_can_go_to_an_address_of_their_own()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await Stage.StartAsync(environment: name =>
            name == "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" ? $"{receiver.Address}/mine" : null
        );

        await AskAsync(stage);
        Flush(stage);

        receiver.Exports.ShouldAllBe(export => export.Path == "/mine");
        receiver.Exports.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_receiver_may_speak_grpc()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: true);
        await using var stage = await StartAsync(receiver.Address, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));

        await AskAsync(stage);
        Flush(stage);

        receiver.Spans.ShouldContain(span => span.Trace == Trace && span.Kind == 3);
        receiver.Points.ShouldContain(point => point.Name == "codex_proxy.requests");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_costs_no_answer()
    {
        await using var stage = await StartAsync($"http://127.0.0.1:{Launcher.Installation.FreePort()}");

        await AskAsync(stage);

        stage.Gateway.Get<OtlpExport>().Flush(2000);
        await AskAsync(stage);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://collector/x")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a-key-without-a-name")]
    public async Task A_variable_that_cannot_be_used_is_told_of_and_keeps_nobody_from_working(string name, string value)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(receiver.Address, (name, value));

        (await stage.PostAsync(Body)).EnsureSuccessStatusCode();

        var told = stage.Gateway.Log.Lines.Single(line => line.Contains("OTEL_EXPORTER_OTLP_*"));
        told.ShouldStartWith("Error: Spans and metrics are not sent");
        stage.Gateway.Get<LogRing>().Last(Microsoft.Extensions.Logging.LogLevel.Error, 9).Count.ShouldBe(1);
        receiver.Exports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_variables_there_is_no_exporter()
    {
        await using var stage = await Stage.StartAsync(environment: _ => null);

        stage.Gateway.Get<IServiceProvider>().GetService(typeof(OtlpExport)).ShouldBeNull();
    }

    [Fact]
    public async Task What_leaves_is_clean_even_where_the_code_is_not()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await StartAsync(receiver.Address);
        stage.Gateway.Get<CodexProxy.Accounts.AccountDirectory>().Peek();
        using (var span = Tracing.Begin("for jo@example.org").ShouldNotBeNull())
        {
            span.SetTag("planted", "key sk-0123456789abc");
            span.SetTag("account", stage.Simulator.Accounts.Default.Id);
        }

        Flush(stage);

        var sent = receiver.Spans.Single(span => span.Tags.ContainsKey("planted"));
        (sent.Name, sent.Tags["planted"], sent.Tags["account"]).ShouldBe(("for ***", "key ***", "***"));
    }

    private static Task<Stage> StartAsync(string address, params (string Name, string Value)[] more)
    {
        var variables = more.ToDictionary(one => one.Name, one => one.Value);
        variables.TryAdd("OTEL_EXPORTER_OTLP_ENDPOINT", address);
        return Stage.StartAsync(environment: variables.GetValueOrDefault);
    }

    private static void Flush(Stage stage) => stage.Gateway.Get<OtlpExport>().Flush(10_000).ShouldBeTrue();

    // The record is made, and the spans end, after the last byte.
    private static async Task AskAsync(Stage stage)
    {
        var book = stage.Gateway.Get<CodexProxy.Records.RequestBook>();
        var before = book.Records.Count;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        request.Content = new StringContent(Body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        request.Headers.Add("traceparent", $"00-{Trace}-{Span}-01");
        request.Headers.Add("tracestate", "vendor=1");
        request.Headers.Add("baggage", "who=me");
        request.Headers.Add("x-claude-code-session-id", "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77");
        using var ended = new SpanEnd(Trace);
        using (var response = await stage.Gateway.Http.SendAsync(request))
        {
            (await response.Content.ReadAsStringAsync()).ShouldContain("message_stop");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (book.Records.Count == before || !ended.HasCome)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Sees the end of a request's own span.</summary>
    private sealed class SpanEnd : IDisposable
    {
        private readonly System.Diagnostics.ActivityListener _listener;

        public SpanEnd(string trace)
        {
            _listener = new System.Diagnostics.ActivityListener
            {
                ShouldListenTo = source => source.Name == Tracing.Name,
                ActivityStopped = activity =>
                    HasCome |=
                        activity.TraceId.ToHexString() == trace
                        && activity.Kind == System.Diagnostics.ActivityKind.Server,
            };
            System.Diagnostics.ActivitySource.AddActivityListener(_listener);
        }

        public bool HasCome { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
