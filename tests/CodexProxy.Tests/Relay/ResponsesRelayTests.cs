using System.Net;
using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

public sealed class ResponsesRelayTests
{
    private const string Hello = """{"model":"gpt-5.5","stream":true,"input":"Hello."}""";
    private static readonly string HelloWhole = Hello.Replace("\"stream\":true,", "", StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_streams_with_numbers_from_zero_and_its_output_at_the_end()
    {
        await using var stage = await Stage.StartAsync(new() { FillCompletedOutput = false });
        stage.Simulator.Next(
            Turn.Reasoning("Hm.").Event("codex.future", "\"x\":1", isNumbered: false).Keepalive().Text("Hello to you.")
        );

        using var response = await stage.RespondAsync(Hello);
        var (events, broken) = await Stage.ReadStreamAsync(response);

        broken.ShouldBeFalse();
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        response.Headers.GetValues("x-request-id").Single().ShouldBe(response.Headers.GetValues("request-id").Single());
        response.Headers.ShouldNotContain(header => header.Key.StartsWith("anthropic"));
        events[0].Name.ShouldBe("response.created");
        events[^1].Name.ShouldBe("response.completed");
        events.ShouldNotContain(e => e.Name.StartsWith("codex."));
        events.ShouldAllBe(e => e.Data.GetProperty("type").GetString() == e.Name);
        events
            .Select(e => e.Data.GetProperty("sequence_number").GetInt32())
            .ShouldBe(Enumerable.Range(0, events.Count));
        Types(Response(events)).ShouldBe(["reasoning", "message"]);
        Text(Response(events)).ShouldBe("Hello to you.");
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_stream_the_answer_is_the_response_and_repeats_the_clients_settings()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Hello to you."));

        using var response = await stage.RespondAsync(
            """
            {"model":"gpt-5.5","input":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi."}],
             "max_output_tokens":77,"temperature":0.5,"metadata":{"a":"b"},"user":"me","truncation":"auto","store":true}
            """
        );
        var answer = await response.JsonAsync();

        answer.GetProperty("status").GetString().ShouldBe("completed");
        Text(answer).ShouldBe("Hello to you.");
        answer.GetProperty("max_output_tokens").GetInt32().ShouldBe(77);
        answer.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        answer.GetProperty("metadata").GetProperty("a").GetString().ShouldBe("b");
        answer.GetProperty("store").GetBoolean().ShouldBeTrue();
        answer.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBePositive();
        var sent = stage.Simulator.Requests.Last!.Body;
        sent.GetProperty("store").GetBoolean().ShouldBeFalse();
        sent.GetProperty("input")[0].GetProperty("role").GetString().ShouldBe("developer");
        sent.TryGetProperty("temperature", out _).ShouldBeFalse();
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tool_loop_goes_on_from_the_response_before()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Look.").Call("read", ("path", "/x")));
        stage.Simulator.Next(Turn.Text("It says so."));
        const string tools = """ "tools":[{"type":"function","name":"read","parameters":{"type":"object"}}] """;

        using var first = await stage.RespondAsync($$"""{"model":"gpt-5.5",{{tools}},"input":"Read x."}""");
        var called = await first.JsonAsync();
        var call = called.GetProperty("output").EnumerateArray().Single(i => Type(i) == "function_call");
        using var second = await stage.RespondAsync(
            $$"""
            {"model":"gpt-5.5",{{tools}},"previous_response_id":"{{called.GetProperty("id").GetString()}}",
             "input":[{"type":"function_call_output","call_id":"{{call.GetProperty(
                    "call_id"
                ).GetString()}}","output":"so"}]}
            """
        );

        var answer = await second.JsonAsync();
        Text(answer).ShouldBe("It says so.");
        answer.GetProperty("previous_response_id").GetString().ShouldBe(called.GetProperty("id").GetString());
        stage
            .Simulator.Requests.Last!.Items.Select(Type)
            .ShouldBe(["message", "reasoning", "function_call", "function_call_output"]);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_item_is_referred_to_by_its_id()
    {
        await using var stage = await Stage.StartAsync();
        using var first = await stage.RespondAsync(HelloWhole);
        var message = (await first.JsonAsync()).GetProperty("output").EnumerateArray().First(i => Type(i) == "message");

        using var second = await stage.RespondAsync(
            $$"""
            {"model":"gpt-5.5","input":[{"type":"item_reference","id":"{{message.GetProperty("id").GetString()}}"},
             {"role":"user","content":"Again."}]}
            """
        );

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Last!.Items[0].GetProperty("role").GetString().ShouldBe("assistant");
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

        using var response = await stage.RespondAsync(stream ? Hello : HelloWhole);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("At last.");
        text.Split("event: response.created").Length.ShouldBe(stream ? 2 : 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_wants_to_go_on_is_asked_to_and_the_answer_is_one_response(bool stream)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Half").EndTurnFalse());
        stage.Simulator.Next(Turn.Text(" and half."));

        using var response = await stage.RespondAsync(stream ? Hello : HelloWhole);
        JsonElement answer;
        if (stream)
        {
            var (events, _) = await Stage.ReadStreamAsync(response);
            events.Count(e => e.Name == "response.created").ShouldBe(1);
            events.Count(e => e.Name == "response.completed").ShouldBe(1);
            events
                .Where(e => e.Name == "response.output_item.done")
                .Select(e => e.Data.GetProperty("output_index").GetInt32())
                .ShouldBe([0, 1]);
            events[0]
                .Data.GetProperty("response")
                .GetProperty("id")
                .GetString()
                .ShouldBe(Response(events).GetProperty("id").GetString());
            answer = Response(events);
        }
        else
        {
            answer = await response.JsonAsync();
        }

        Text(answer).ShouldBe("Half and half.");
        answer.TryGetProperty("end_turn", out _).ShouldBeFalse();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(2);
    }

    [Fact]
    public async Task A_cut_after_the_final_answer_ends_as_completed()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("All there is.").EndsWithoutTerminal());

        using var response = await stage.RespondAsync(Hello);
        var (events, _) = await Stage.ReadStreamAsync(response);

        events[^1].Name.ShouldBe("response.completed");
        var answer = Response(events);
        answer.GetProperty("status").GetString().ShouldBe("completed");
        Text(answer).ShouldBe("All there is.");
        answer.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBePositive();
    }

    [Fact]
    public async Task A_cut_in_the_middle_is_an_error_event()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half a sen").EndsWithoutTerminal());

        using var response = await stage.RespondAsync(Hello);
        var (events, broken) = await Stage.ReadStreamAsync(response);

        broken.ShouldBeFalse();
        events[^1].Name.ShouldBe("error");
        events[^1].Data.GetProperty("code").GetString().ShouldBe("server_error");
        events[^1].Data.GetProperty("sequence_number").GetInt32().ShouldBe(events.Count - 1);
        events.ShouldNotContain(e => e.Name == "response.completed");
    }

    [Fact]
    public async Task A_failure_after_output_is_the_upstreams_own_event()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half a sen").Fails("server_error", "It broke."));

        using var response = await stage.RespondAsync(Hello);
        var (events, _) = await Stage.ReadStreamAsync(response);

        events[^1].Name.ShouldBe("response.failed");
        var error = Response(events).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("server_error");
        error.GetProperty("message").GetString()!.ShouldContain("It broke.");
    }

    [Fact]
    public async Task An_incomplete_response_is_200_and_says_why()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Too lo").EndsIncomplete());

        using var response = await stage.RespondAsync(HelloWhole);
        var answer = await response.JsonAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK, string.Join("\n", stage.Gateway.Log.Lines));
        answer.GetProperty("status").GetString().ShouldBe("incomplete");
        answer.GetProperty("incomplete_details").GetProperty("reason").GetString().ShouldBe("max_output_tokens");
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream_at_once()
    {
        await using var stage = await Stage.StartAsync();
        var gate = new Gate();
        stage.Simulator.Next(Turn.PartialText("Wait").Hold(gate).Text("never"));

        var response = await stage.RespondAsync(Hello);
        await gate.Reached;
        response.Dispose();

        var captured = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        (await captured.Ended).ShouldBe(RequestEnding.CallerGone);
    }

    [Fact]
    public async Task Tokens_are_counted_here()
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.RespondAsync(
            """{"model":"gpt-5.5","input":"Hello, world!"}""",
            "/v1/responses/input_tokens"
        );
        var answer = await response.JsonAsync();

        answer.GetProperty("object").GetString().ShouldBe("response.input_tokens");
        answer.GetProperty("input_tokens").GetInt32().ShouldBeInRange(8, 40);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(0);
    }

    [Fact]
    public async Task A_conversation_is_sealed_into_one_item_that_stands_for_it_later()
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.RespondAsync(
            """
            {"model":"gpt-5.5","input":[{"role":"user","content":"One."},{"role":"assistant","content":"Two."},
             {"role":"user","content":"Three."}]}
            """,
            "/v1/responses/compact"
        );
        var sealedAs = await response.JsonAsync();

        sealedAs.GetProperty("object").GetString().ShouldBe("response.compaction");
        Types(sealedAs).ShouldBe(["message", "message", "compaction"]);
        var request = stage.Simulator.Requests.Last!;
        request.Items.Select(Type).Last().ShouldBe("compaction_trigger");
        request.Header("x-codex-beta-features").ShouldBe("remote_compaction_v2");
        using var next = await stage.RespondAsync(
            $$"""{"model":"gpt-5.5","input":{{sealedAs.GetProperty("output").GetRawText()}}}"""
        );
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Last!.Items.Select(Type).ShouldBe(["message", "message", "compaction"]);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    private static JsonElement Response(List<(string Name, JsonElement Data)> events) =>
        events[^1].Data.GetProperty("response");

    private static string? Type(JsonElement item) => item.GetProperty("type").GetString();

    private static string?[] Types(JsonElement response) =>
        [.. response.GetProperty("output").EnumerateArray().Select(Type)];

    private static string Text(JsonElement response) =>
        string.Concat(
            response
                .GetProperty("output")
                .EnumerateArray()
                .Where(item => Type(item) == "message")
                .SelectMany(item => item.GetProperty("content").EnumerateArray())
                .Select(part => part.GetProperty("text").GetString())
        );
}
