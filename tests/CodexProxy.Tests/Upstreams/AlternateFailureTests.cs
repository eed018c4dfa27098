using System.Net;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using static CodexProxy.Tests.Upstreams.UpstreamStage;

namespace CodexProxy.Tests.Upstreams;

/// <summary>What an alternate upstream refuses, breaks off, and must never be sent.</summary>
public sealed class AlternateFailureTests
{
    private const string Question =
        """{"model":"other/m","max_tokens":300,"messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData(400, """{"error":{"message":"temperature is odd","type":"invalid_request_error"}}""", 400)]
    [InlineData(401, """{"error":{"message":"No cookie auth credentials found","code":401}}""", 401)]
    [InlineData(402, """{"error":{"message":"Insufficient credits","code":402}}""", 402)]
    [InlineData(404, """{"error":{"message":"No endpoints found for the model m."}}""", 404)]
    [InlineData(429, """{"error":{"message":"Rate limit exceeded: free-models-per-day"}}""", 429)]
    public async Task A_refusal_keeps_its_status_and_names_the_upstream(int status, string body, int expected)
    {
        await using var stage = await UpstreamStage.StartAsync(signedIn: true);
        stage.Other.Answer(body, status, ("retry-after", "3600"));

        using var response = await stage.Stage.PostAsync(Question);

        ((int)response.StatusCode).ShouldBe(expected);
        var error = (await response.JsonAsync()).GetProperty("error").GetProperty("message").GetString()!;
        error.ShouldContain("other");
        error.ShouldNotContain("ChatGPT");
        stage.Other.Requests.Count.ShouldBe(1);
        await AssertCodexServesAsync(stage);
    }

    [Fact]
    public async Task A_fault_that_passes_is_hidden()
    {
        await using var stage = await UpstreamStage.StartAsync(time: new ManualTime { SkipsWaits = true });
        stage.Other.Answer("""{"error":{"message":"oops"}}""", 500);
        stage.Other.Answer("<html>", 502);
        stage.Other.Stream(Text("At last.", "stop"), "[DONE]");

        using var response = await stage.Stage.PostAsync(Question);

        (await response.JsonAsync()).GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("At last.");
        stage.Other.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_fault_that_stays_is_told()
    {
        await using var stage = await UpstreamStage.StartAsync(time: new ManualTime { SkipsWaits = true });
        for (var i = 0; i < 3; i++)
        {
            stage.Other.Answer("""{"error":{"message":"oops"}}""", 500);
        }

        using var response = await stage.Stage.PostAsync(Question);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync()).ShouldContain("The upstream other failed: oops");
    }

    [Fact]
    public async Task A_stream_that_is_cut_never_looks_finished()
    {
        var events = await CutAfterAsync(Text("Half"));

        events[^1].Name.ShouldBe("error");
        events.ShouldNotContain(e => e.Name == "message_stop");
    }

    [Fact]
    public async Task A_cut_after_the_reason_of_the_end_is_no_loss()
    {
        var events = await CutAfterAsync(Text("All of it.", "stop"));

        events[^1].Name.ShouldBe("message_stop");
    }

    [Fact]
    public async Task An_error_inside_the_stream_is_told_after_what_came()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Text("Half"), """{"error":{"code":402,"message":"No credits left"}}""");

        using var response = await stage.Stage.PostAsync(
            """{"model":"other/m","max_tokens":300,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""",
            agent: "other-client/1.0"
        );

        var (events, _) = await Stage.ReadStreamAsync(response);
        events[^1].Name.ShouldBe("error");
        events[^1]
            .Data.GetProperty("error")
            .GetProperty("message")
            .GetString()
            .ShouldBe("The upstream other wants payment: No credits left");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await ChatServer.StartAsync();
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Answer("{}", 307, ("location", elsewhere.Address + "/chat/completions"));

        using var response = await stage.Stage.PostAsync(Question);

        ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_missing_is_told_before_anything_is_sent()
    {
        await using var stage = await UpstreamStage.StartAsync(upstream: other =>
            other with
            {
                Key = null,
                KeyVariable = "OTHER_KEY",
            }
        );

        using var response = await stage.Stage.PostAsync(Question);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldContain("OTHER_KEY");
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_of_the_login_is_ever_sent_there_and_no_key_is_logged()
    {
        await using var stage = await UpstreamStage.StartAsync(
            signedIn: true,
            upstream: other => other with { Headers = new Dictionary<string, Secret> { ["x-team"] = new("t-1") } }
        );
        await AssertCodexServesAsync(stage);
        stage.Other.Stream(Text("Hi", "stop"), "[DONE]");
        stage.Other.Answer("""{"error":{"message":"Bad key sk-of-the-other-upstream"}}""", 401);

        using var served = await stage.Stage.PostAsync(Question);
        using var refused = await stage.Stage.PostAsync(Question);

        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain(UpstreamStage.Key);
        var codex = stage.Stage.Simulator.Requests.Of(SimulatedEndpoint.Responses)[^1];
        var token = codex.Headers["authorization"].ToString().Split(' ')[^1];
        var account = codex.Headers["chatgpt-account-id"].ToString();
        token.Length.ShouldBeGreaterThan(20);
        stage.Other.Requests.Count.ShouldBe(2);
        foreach (var request in stage.Other.Requests)
        {
            var all =
                string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}")) + request.Body;
            all.ShouldNotContain(token);
            all.ShouldNotContain(account);
            request.Headers["x-team"].ShouldBe("t-1");
            request.Headers.Keys.ShouldNotContain(name =>
                name.StartsWith("x-codex", StringComparison.OrdinalIgnoreCase)
                || name.Equals("originator", StringComparison.OrdinalIgnoreCase)
                || name.Equals("session-id", StringComparison.OrdinalIgnoreCase)
            );
        }

        stage.Stage.Gateway.Log.Lines.ShouldNotContain(line => line.Contains(UpstreamStage.Key));
    }

    [Theory]
    [InlineData("claude-haiku-4-5")]
    [InlineData("claude-opus-4-5")]
    [InlineData("gpt-5.5")]
    public async Task A_name_of_another_model_never_leads_there(string model)
    {
        await using var stage = await UpstreamStage.StartAsync(signedIn: true);
        stage.Stage.Simulator.Next(Turn.Text("Codex here."));

        using var response = await stage.Stage.PostAsync(Question.Replace("other/m", model));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_family_leads_there_when_the_user_says_so()
    {
        await using var stage = await UpstreamStage.StartAsync(configure: options =>
            options with
            {
                Models = options.Models with { Haiku = "other/small" },
            }
        );
        stage.Other.Stream(Text("Hi", "stop"), "[DONE]");

        using var response = await stage.Stage.PostAsync(Question.Replace("other/m", "claude-haiku-4-5"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Other.Requests.Single().Json.GetProperty("model").GetString().ShouldBe("small");
        (await response.JsonAsync()).GetProperty("model").GetString().ShouldBe("claude-haiku-4-5");
    }

    [Theory]
    [InlineData("other/m")]
    [InlineData("kilo")]
    [InlineData("kilo/minimax/minimax-m2.5:free")]
    public async Task An_upstream_that_is_off_is_not_asked_and_its_names_mean_nothing(string model)
    {
        await using var stage = await UpstreamStage.StartAsync(
            signedIn: true,
            upstream: other => other with { Enabled = false },
            configure: options => options with { Models = options.Models with { Passthrough = true } }
        );

        using var response = await stage.Stage.PostAsync(Question.Replace("other/m", model));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldContain("is switched off");
        stage.Other.Requests.ShouldBeEmpty();
        stage.Stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).ShouldBeEmpty();
    }

    [Fact]
    public void All_are_off_by_default()
    {
        new ProxyOptions().Alternates.All.ShouldAllBe(upstream => !upstream.Enabled);
    }

    private static async Task<List<(string Name, JsonElement Data)>> CutAfterAsync(string chunk)
    {
        await using var stage = await UpstreamStage.StartAsync();
        var seen = new TaskCompletionSource();
        stage.Other.Cut(seen.Task, chunk);

        // The answer begins with the chunk's text.
        using var response = await stage.Stage.PostAsync(
            """{"model":"other/m","max_tokens":300,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""",
            agent: "other-client/1.0"
        );
        seen.SetResult();
        return (await Stage.ReadStreamAsync(response)).Events;
    }

    // Whatever the other upstream said: the account neither rests nor has another quota.
    private static async Task AssertCodexServesAsync(UpstreamStage stage)
    {
        stage.Stage.Simulator.Next(Turn.Text("Codex here."));
        using var response = await stage.Stage.PostAsync(Question.Replace("other/m", "gpt-5.5"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refused_limit_is_not_remembered_against_a_smaller_one()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Answer("""{"error":{"message":"max_tokens is too large: 300"}}""", 400);
        stage.Other.Stream(Text("Hello.", "stop"), "[DONE]");

        using var refused = await stage.Stage.PostAsync(Question);
        using var again = await stage.Stage.PostAsync(Question);
        using var served = await stage.Stage.PostAsync(Question.Replace("300", "200"));

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        again.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Other.Requests.Count.ShouldBe(2);
    }
}
