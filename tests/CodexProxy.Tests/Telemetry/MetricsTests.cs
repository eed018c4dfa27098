using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Records;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Endpoints;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Telemetry;

/// <summary><c>GET /metrics</c> of a gateway that serves.</summary>
public sealed partial class MetricsTests
{
    private const string Body = """
        {"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"hello"}]}
        """;

    [Fact]
    public async Task It_is_off_until_it_is_switched_on()
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.Gateway.Http.GetAsync("/metrics");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await LocalGuardTests.ErrorAsync(response)).Message.ShouldBe(
            "The numbers are switched off. Set metrics.prometheus in the settings file."
        );
    }

    [Fact]
    public async Task It_asks_for_a_key_where_keys_are_asked_for()
    {
        await using var stage = await StartAsync(keys: [new Secret("key-of-a-client")]);

        using var refused = await stage.Gateway.Http.GetAsync("/metrics");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("authorization", "Bearer key-of-a-client");
        using var served = await stage.Gateway.Http.SendAsync(request);

        (refused.StatusCode, served.StatusCode).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_request_is_counted_with_its_attempts_tokens_and_times()
    {
        await using var stage = await StartAsync();
        stage.Simulator.Next(Turn.HttpError(500, "server_error", "once more"));

        await AskAsync(stage, Body);

        using var response = await stage.Gateway.Http.GetAsync("/metrics");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var numbers = await response.Content.ReadAsStringAsync();
        var record = stage.Gateway.Get<RequestBook>().Records.Single();
        var model = $"gen_ai_request_model=\"{record.UpstreamModel}\"";
        var failure = record.Attempts[0].Failure!.Kind;
        var word = JsonNamingPolicy.SnakeCaseLower.ConvertName(failure);
        Value(numbers, $"codex_proxy_requests_total{{{model},codex_proxy_outcome=\"answered\",error_type=\"\"}}")
            .ShouldBe("1");
        Value(numbers, $"codex_proxy_attempts_total{{{model},error_type=\"{word}\"}}").ShouldBe("1");
        Value(numbers, $"codex_proxy_attempts_total{{{model},error_type=\"\"}}").ShouldBe("1");
        Value(numbers, $"codex_proxy_retries_total{{{model},error_type=\"{word}\"}}").ShouldBe("1");
        Value(numbers, $"codex_proxy_tokens_total{{{model},codex_proxy_token_kind=\"input\"}}")
            .ShouldBe($"{record.Tokens!.Input}");
        Value(numbers, $"codex_proxy_tokens_total{{{model},codex_proxy_token_kind=\"output\"}}")
            .ShouldBe($"{record.Tokens.Output}");
        Value(numbers, $"codex_proxy_cache_requests_total{{{model},codex_proxy_cache_outcome=\"first\"}}")
            .ShouldBe("1");
        Value(numbers, "codex_proxy_requests_in_flight").ShouldBe("0");
        var common = $"gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\",{model}";
        Value(numbers, $"gen_ai_server_request_duration_seconds_count{{{common}}}").ShouldBe("1");
        Value(numbers, $"gen_ai_server_time_to_first_token_seconds_count{{{common}}}").ShouldBe("1");
        Value(numbers, $"gen_ai_client_operation_duration_seconds_count{{{common}}}").ShouldBe("1");
        Value(numbers, $"gen_ai_client_operation_duration_seconds_count{{{common},error_type=\"{word}\"}}")
            .ShouldBe("1");
        Value(numbers, $"gen_ai_client_operation_time_to_first_chunk_seconds_count{{{common}}}").ShouldBe("1");
        numbers.ShouldContain("gen_ai_client_token_usage_bucket{");
        var key = record.Account;
        numbers.ShouldContain(
            $"codex_proxy_quota_used_percent{{codex_proxy_account=\"{key}\",codex_proxy_quota_window=\""
        );
    }

    [Fact]
    public async Task Failures_and_renewals_are_counted_by_their_kind()
    {
        await using var stage = await StartAsync();
        await AskAsync(stage, Body);
        stage.Simulator.Tokens.RevokeAccessTokens(stage.Simulator.Accounts.Default);
        await AskAsync(stage, Body.Replace("hello", "another"));
        stage.Simulator.Next(Turn.HttpError(429, "usage_limit_reached", "no"));
        await AskAsync(stage, Body.Replace("hello", "a third"));

        var numbers = await stage.Gateway.Http.GetStringAsync("/metrics");

        numbers.ShouldContain("codex_proxy_outcome=\"failed\",error_type=\"usage_limit\"} 1\n");
        Value(numbers, "codex_proxy_login_refreshes_total{codex_proxy_outcome=\"renewed\"}").ShouldBe("1");
    }

    [Fact]
    public async Task A_request_is_in_flight_while_it_is_served()
    {
        await using var stage = await StartAsync();
        var meter = stage.Gateway.Get<GatewayMeter>();

        meter.Enter();
        meter.Enter();
        meter.Leave();

        Value(await stage.Gateway.Http.GetStringAsync("/metrics"), "codex_proxy_requests_in_flight").ShouldBe("1");
    }

    [Fact]
    public async Task Models_that_clients_name_do_not_make_endless_series()
    {
        await using var stage = await StartAsync();
        var meter = stage.Gateway.Get<GatewayMeter>();

        var labels = Enumerable.Range(0, 500).Select(i => meter.Label($"model-{i}")).Distinct().ToList();

        labels.Count.ShouldBe(101);
        labels.ShouldContain("other");
        meter.Label("model-0").ShouldBe("model-0");
    }

    [Fact]
    public async Task What_clients_name_is_clean_as_a_label()
    {
        await using var stage = await StartAsync();

        stage.Gateway.Get<GatewayMeter>().Label("of jo@example.org").ShouldBe("of ***");
    }

    [Fact]
    public async Task Every_sample_belongs_to_a_family_with_help_and_type()
    {
        await using var stage = await StartAsync();
        await AskAsync(stage, Body);

        var numbers = await stage.Gateway.Http.GetStringAsync("/metrics");

        numbers.ShouldEndWith("\n");
        string? family = null;
        foreach (var line in numbers.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                line.Split(' ').Length.ShouldBeGreaterThan(4, line);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                line.ShouldMatch($"^# TYPE {family} (counter|gauge|histogram)$");
            }
            else
            {
                Sample().IsMatch(line).ShouldBeTrue(line);
                line.ShouldStartWith(family.ShouldNotBeNull());
            }
        }
    }

    [Fact]
    public async Task Every_number_of_the_board_is_one_of_ours()
    {
        await using var stage = await StartAsync();
        var names = new HashSet<string>();
        foreach (Match type in Type().Matches(await stage.Gateway.Http.GetStringAsync("/metrics")))
        {
            var name = type.Groups[1].Value;
            names.UnionWith(
                type.Groups[2].Value == "histogram" ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name]
            );
        }

        using var board = JsonDocument.Parse(File.ReadAllText(Repository.File("deploy/grafana/codex-proxy.json")));
        var used = Queries(board.RootElement)
            .SelectMany(query => Name().Matches(query))
            .Select(m => m.Value)
            .ToHashSet();

        used.Count.ShouldBeGreaterThan(8);
        used.ShouldBeSubsetOf(names);
        board.RootElement.GetProperty("uid").GetString().ShouldBe("codex-proxy");
    }

    private static IEnumerable<string> Queries(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(member =>
                    member.NameEquals("expr")
                    || (member.NameEquals("query") && member.Value.ValueKind == JsonValueKind.String)
                        ? [member.Value.GetString()!]
                        : Queries(member.Value)
                ),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Queries),
            _ => [],
        };

    private static string? Value(string numbers, string series) =>
        numbers
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            ?[(series.Length + 1)..];

    private static Task<Stage> StartAsync(IReadOnlyList<Secret>? keys = null) =>
        Stage.StartAsync(configure: options =>
            options with
            {
                Log = options.Log with { Prometheus = true },
                Server = options.Server with { ClientKeys = keys ?? [] },
            }
        );

    private static async Task AskAsync(Stage stage, string body)
    {
        var book = stage.Gateway.Get<RequestBook>();
        var before = book.Records.Count;
        using (var response = await stage.PostAsync(body))
        {
            await response.Content.ReadAsStringAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (book.Records.Count == before)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(
        @"\b(?:codex_proxy|gen_ai)_(?:requests|tokens|cache_requests|attempts|retries|login|quota_used|client|server)_\w+"
    )]
    private static partial Regex Name();

    [GeneratedRegex("""^[a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? -?[0-9.eE+-]+$""")]
    private static partial Regex Sample();
}
