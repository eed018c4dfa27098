using System.Net;
using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

public sealed class MessageRelayTests
{
    private const string Hello =
        """{"model":"claude-opus-5-5","max_tokens":1024,"stream":true,"messages":[{"role":"user","content":"Hello."}]}""";
    private static readonly string HelloWhole = Hello.Replace("\"stream\":true,", "", StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_streams_in_the_events_of_the_protocol()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Hello to you."));

        using var response = await stage.PostAsync(Hello);
        var (events, broken) = await Stage.ReadStreamAsync(response);

        broken.ShouldBeFalse();
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        response.Headers.GetValues("request-id").Single().ShouldStartWith("req_01");
        events[0].Name.ShouldBe("message_start");
        events[^1].Name.ShouldBe("message_stop");
        Texts(events).ShouldBe("Hello to you.");
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
        stage.Simulator.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_stream_the_answer_is_one_message()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Hello to you."));

        using var response = await stage.PostAsync(HelloWhole);
        using var message = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        message.RootElement.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Hello to you.");
        message.RootElement.GetProperty("stop_reason").GetString().ShouldBe("end_turn");
    }

    [Fact]
    public async Task A_text_that_was_cut_inside_a_character_does_not_end_the_conversation()
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.PostAsync(
            HelloWhole.Replace("Hello.", "Hello \\ud83d", StringComparison.Ordinal)
        );

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Responses.ShouldHaveSingleItem().Text.ShouldContain("Hello \ufffd");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_overloads_before_output_are_not_seen(bool stream)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.OverloadInside200());
        stage.Simulator.Next(Turn.HttpError(503, "server_is_overloaded"));
        stage.Simulator.Next(Turn.Text("At last."));

        using var response = await stage.PostAsync(stream ? Hello : HelloWhole);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldContain("At last.");
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(3);
    }

    [Fact]
    public async Task Overload_that_stays_is_the_status_the_client_knows()
    {
        await using var stage = await Stage.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            stage.Simulator.Next(Turn.HttpError(503, "server_is_overloaded"));
        }

        using var response = await stage.PostAsync(Hello);

        ((int)response.StatusCode).ShouldBe(529);
        response.Headers.GetValues("x-should-retry").Single().ShouldBe("true");
        (await ErrorAsync(response)).Type.ShouldBe("overloaded_error");
    }

    [Fact]
    public async Task An_overflow_is_the_text_clients_compact_on_and_is_remembered()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(
            Turn.Fails("context_length_exceeded", "Your input exceeds the context window of this model.")
        );

        using var response = await stage.PostAsync(Hello);
        using var again = await stage.PostAsync(HelloWhole);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ErrorAsync(response)).Message.ShouldBe("prompt is too long: 272001 tokens > 272000 maximum");
        again.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(1);
    }

    [Fact]
    public async Task A_used_up_plan_costs_one_upstream_call_and_says_when_it_resets()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Quota.Exhaust();

        using var response = await stage.PostAsync(Hello);
        using var again = await stage.PostAsync(HelloWhole);

        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.GetValues("x-should-retry").Single().ShouldBe("false");
        response.Headers.GetValues("anthropic-ratelimit-unified-status").Single().ShouldBe("rejected");
        (await ErrorAsync(response)).Message.ShouldContain("usage limit reached");
        ((int)again.StatusCode).ShouldBe(429);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_after_a_finished_final_answer_ends_normally()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("All there is.").EndsWithoutTerminal());

        using var response = await stage.PostAsync(Hello);
        var (events, broken) = await Stage.ReadStreamAsync(response);

        broken.ShouldBeFalse();
        Texts(events).ShouldBe("All there is.");
        events[^1].Name.ShouldBe("message_stop");
    }

    [Fact]
    public async Task A_cut_in_the_first_block_breaks_the_connection_of_Claude_Code_and_is_an_error_event_for_others()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half a sen").EndsWithoutTerminal());
        stage.Simulator.Next(Turn.PartialText("Half a sen").EndsWithoutTerminal());

        // Whether anything was flushed before the cut depends on packets; the client sees a broken connection either way.
        var broken = await BreaksAsync(stage);
        using var second = await stage.PostAsync(Hello, agent: "other/1.0");
        var (events, brokenToo) = await Stage.ReadStreamAsync(second);

        broken.ShouldBeTrue();
        brokenToo.ShouldBeFalse();
        events[^1].Name.ShouldBe("error");
        events.ShouldNotContain(e => e.Name == "message_stop");
    }

    [Fact]
    public async Task A_revoked_token_is_refreshed_once_for_a_burst_of_requests()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Tokens.RevokeAccessTokens(stage.Simulator.Accounts.Default);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stage.PostAsync(HelloWhole)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        stage.Simulator.Tokens.Refreshes.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_login_the_answer_names_the_cure()
    {
        await using var stage = await Stage.StartAsync(signedIn: false);

        using var response = await stage.PostAsync(Hello);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.GetValues("x-should-retry").Single().ShouldBe("false");
        (await ErrorAsync(response)).Message.ShouldContain("login");
        stage.Simulator.Requests.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reasoning_another_key_sealed_is_left_out_and_never_tried_again()
    {
        await using var stage = await Stage.StartAsync();
        const string foreign = """
            {"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"a"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gAAAAAforeign-content"},{"type":"text","text":"b"}]},
            {"role":"user","content":"c"}]}
            """;

        using var first = await stage.PostAsync(foreign);
        using var second = await stage.PostAsync(foreign);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        var bodies = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses);
        bodies.Select(request => request.HasReasoning).ShouldBe([true, false, false]);
    }

    [Theory]
    [InlineData(true, "Half and half.")]
    [InlineData(false, "Half and half.")]
    public async Task A_model_that_wants_to_go_on_is_asked_to_and_the_answer_is_one_message(bool stream, string text)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Half").EndTurnFalse());
        stage.Simulator.Next(Turn.Text(" and half."));

        using var response = await stage.PostAsync(stream ? Hello : HelloWhole);
        var answer = await response.Content.ReadAsStringAsync();

        foreach (var part in text.Split(' ', 2))
        {
            answer.ShouldContain(part);
        }

        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(2);
        stage.Simulator.Requests.Last!.Items.Count.ShouldBe(2, "the first half went back as history");
    }

    [Fact]
    public async Task A_continued_whole_answer_that_fails_starts_over_with_the_request_as_it_came()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Lost").EndTurnFalse());
        stage.Simulator.Next(Turn.HttpError(503, "server_is_overloaded"));
        stage.Simulator.Next(Turn.Text("Whole."));

        using var response = await stage.PostAsync(HelloWhole);
        var answer = await response.Content.ReadAsStringAsync();

        answer.ShouldContain("Whole.");
        answer.ShouldNotContain("Lost");
        stage.Simulator.Requests.Of(SimulatedEndpoint.Responses)[^1].Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_quota_question_is_answered_here_with_the_quota_in_headers()
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.PostAsync(
            """{"model":"claude-haiku-5-5","max_tokens":1,"messages":[{"role":"user","content":"quota"}]}"""
        );

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.Contains("anthropic-ratelimit-unified-5h-utilization").ShouldBeTrue();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(0);
    }

    [Fact]
    public async Task Tokens_are_counted_here()
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.PostAsync(
            """{"model":"claude-opus-5-5","messages":[{"role":"user","content":"Hello, world!"}]}""",
            "/v1/messages/count_tokens?beta=true"
        );
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());

        answer.RootElement.GetProperty("input_tokens").GetInt32().ShouldBeInRange(8, 40);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream_at_once()
    {
        await using var stage = await Stage.StartAsync();
        var gate = new Gate();
        stage.Simulator.Next(Turn.PartialText("Wait").Hold(gate).Text("never"));

        var response = await stage.PostAsync(Hello);
        await gate.Reached;
        response.Dispose();

        var captured = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        (await captured.Ended).ShouldBe(RequestEnding.CallerGone);
    }

    [Theory]
    [InlineData("{", "The request body is not valid JSON")]
    [InlineData("""{"model":"claude-x","messages":[{"role":"user","content":"a"}]}""", "max_tokens: Field required")]
    [InlineData(
        """{"model":"no-such","max_tokens":9,"messages":[{"role":"user","content":"a"}]}""",
        "model: no-such (no such model; the closest: "
    )]
    [InlineData("""{"model":"claude-x","max_tokens":9,"messages":[]}""", "messages: at least one message is required")]
    public async Task What_cannot_be_served_is_refused_in_the_words_of_the_protocol(string body, string message)
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.PostAsync(body);

        ((int)response.StatusCode).ShouldBeInRange(400, 404);
        (await ErrorAsync(response)).Message.ShouldStartWith(message);
    }

    private static async Task<bool> BreaksAsync(Stage stage)
    {
        try
        {
            using var response = await stage.PostAsync(Hello);
            return (await Stage.ReadStreamAsync(response)).Broken;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    private static string Texts(IEnumerable<(string Name, JsonElement Data)> events) =>
        string.Concat(
            events
                .Where(e => e.Name == "content_block_delta")
                .Select(e => e.Data.GetProperty("delta"))
                .Where(delta => delta.GetProperty("type").GetString() == "text_delta")
                .Select(delta => delta.GetProperty("text").GetString())
        );

    private static async Task<(string Type, string Message)> ErrorAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var error = body.RootElement.GetProperty("error");
        body.RootElement.GetProperty("request_id")
            .GetString()
            .ShouldBe(response.Headers.GetValues("request-id").Single());
        return (error.GetProperty("type").GetString()!, error.GetProperty("message").GetString()!);
    }
}
