using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Streaming;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Scripting;

public sealed class ScriptTests
{
    private static async Task<string> AnswerAsync(Caller caller, string text)
    {
        var events = await caller.StreamAsync(Bodies.Says(text));
        return string.Concat(
            events
                .Where(happening => happening.GetProperty("type").GetString() == "response.output_text.delta")
                .Select(happening => happening.GetProperty("delta").GetString())
        );
    }

    [Fact]
    public async Task Rules_answer_their_requests_and_the_queue_goes_first()
    {
        await using var caller = await Caller.StartAsync();
        caller
            .Simulator.When(request => request.LastUserText.Contains("cat"))
            .Once(Turn.Text("meow"))
            .Reply(Turn.Text("purr"));
        caller
            .Simulator.When(request => request.LastUserText.Contains("dog"))
            .Reply(request => Turn.Text($"{request.Model} barks"));
        caller.Simulator.Next(Turn.Text("first"));

        (await AnswerAsync(caller, "a cat")).ShouldBe("first");
        (await AnswerAsync(caller, "a cat")).ShouldBe("meow");
        (await AnswerAsync(caller, "a cat")).ShouldBe("purr");
        (await AnswerAsync(caller, "a cat")).ShouldBe("purr");
        (await AnswerAsync(caller, "a dog")).ShouldBe("gpt-5.5 barks");
        (await AnswerAsync(caller, "a cow")).ShouldBe("You said: a cow");
    }

    [Fact]
    public async Task A_refused_request_uses_up_no_script()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(Turn.Text("first"));

        (await caller.AskAsync(Bodies.With(("store", "true")))).Status.ShouldBe(400);

        (await AnswerAsync(caller, "hi")).ShouldBe("first");
    }

    [Fact]
    public async Task A_script_that_throws_is_reported_as_a_fault_of_the_simulator()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(_ => throw new InvalidOperationException("oops"));

        var (status, body) = await caller.AskAsync(Bodies.Plain);

        (status, body).ShouldBe((500, """{"detail":"Simulator fault: oops"}"""));
        caller.Simulator.Faults.ShouldHaveSingleItem().Message.ShouldBe("oops");
    }

    [Fact]
    public async Task Http_errors_answer_instead_of_a_stream()
    {
        await using var caller = await Caller.StartAsync();
        var sample = File.ReadAllText(Fixtures.Path("codex-backend", "errors", "429-usage-limit-reached.json"));
        caller.Simulator.Next(Turn.HttpError(HttpReply.FromSample(sample)));

        using var response = await caller.SendAsync(Bodies.Plain);

        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.GetValues("x-codex-primary-used-percent").ShouldBe(["100"]);
        (await response.Content.ReadAsStringAsync()).ShouldContain("usage_limit_reached");
        caller.Simulator.Requests.Last.Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Every_error_sample_can_be_played()
    {
        await using var caller = await Caller.StartAsync();
        foreach (var file in Directory.EnumerateFiles(Fixtures.Path("codex-backend", "errors")))
        {
            var reply = HttpReply.FromSample(await File.ReadAllTextAsync(file));
            caller.Simulator.Next(Turn.HttpError(reply));

            (await caller.AskAsync(Bodies.Plain)).ShouldBe((reply.Status, reply.Body), file);
        }
    }

    [Fact]
    public async Task Samples_are_played_byte_for_byte()
    {
        await using var caller = await Caller.StartAsync();
        foreach (var file in Directory.EnumerateFiles(Fixtures.Path("codex-backend", "sse")))
        {
            caller.Simulator.Next(Turn.RawSse(file));

            (await caller.AskAsync(Bodies.Plain)).ShouldBe((200, await File.ReadAllTextAsync(file)), file);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_cut_ends_the_stream_cleanly_after_so_many_events(int events)
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        caller.Simulator.Next(Turn.Text("A long enough text to be cut somewhere.", 4).CutAfter(events));

        (await caller.StreamAsync(Bodies.Plain)).Count.ShouldBe(events);

        (await caller.Simulator.Requests.Last.Ended).ShouldBe(RequestEnding.Cut);
    }

    [Fact]
    public async Task A_reset_before_the_answer_breaks_the_connection()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(Turn.ResetConnection());

        await Should.ThrowAsync<HttpRequestException>(() => caller.SendAsync(Bodies.Plain));

        (await caller.Simulator.Requests.Last.Ended).ShouldBe(RequestEnding.Reset);
    }

    [Fact]
    public async Task A_reset_inside_the_stream_loses_nothing_that_was_sent_before()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        caller.Simulator.Next(Turn.Text("A long enough text to be cut somewhere.", 4).ResetConnection(afterEvents: 6));
        using var response = await caller.SendAsync(Bodies.Plain);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var seen = 0;
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                seen += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
            }
        });

        seen.ShouldBe(6);
    }

    [Fact]
    public async Task A_gate_holds_the_stream_until_it_is_opened()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        var gate = new Gate();
        caller.Simulator.Next(Turn.Commentary("before").Hold(gate).Text("after"));
        using var response = await caller.SendAsync(Bodies.Plain);
        await gate.Reached;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 8 * 3; i++)
        {
            await reader.ReadLineAsync();
        }

        var rest = reader.ReadToEndAsync();
        rest.IsCompleted.ShouldBeFalse();
        gate.Open();

        (await rest).ShouldContain("after");
    }

    [Fact]
    public async Task A_silence_lasts_as_long_as_the_clock_says()
    {
        var clock = new ManualClock();
        await using var caller = await Caller.StartAsync(new SimulatorOptions { TimeProvider = clock });
        caller.Simulator.Next(Turn.Silence(TimeSpan.FromMinutes(5)).Text("awake"));

        var answer = caller.AskAsync(Bodies.Plain);
        await clock.SomebodyWaits;
        clock.Advance(TimeSpan.FromMinutes(4));
        answer.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(1));

        (await answer).Body.ShouldContain("awake");
    }

    [Fact]
    public async Task A_caller_that_leaves_is_noticed()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(Turn.Commentary("before").Hold(new Gate()).Text("after"));
        var response = await caller.SendAsync(Bodies.Plain);
        var request = await caller.Simulator.WaitForRequestAsync();

        response.Dispose();

        (await request.Ended).ShouldBe(RequestEnding.CallerGone);
    }

    [Fact]
    public async Task Usage_can_be_left_out_or_fixed_and_the_turn_left_open()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(Turn.Text("a").OmitUsage());
        caller.Simulator.Next(Turn.Text("a").Usage(900, 768, 40, 32, cacheWrite: 128).EndTurnFalse());

        var without = (await caller.StreamAsync(Bodies.Plain))[^1].GetProperty("response");
        var with = (await caller.StreamAsync(Bodies.Plain))[^1].GetProperty("response");

        without.GetProperty("usage").GetRawText().ShouldBe("null");
        with.GetProperty("usage")
            .GetRawText()
            .ShouldBe(
                """{"input_tokens":900,"input_tokens_details":{"cached_tokens":768,"cache_write_tokens":128},"output_tokens":40,"output_tokens_details":{"reasoning_tokens":32},"total_tokens":940}"""
            );
        with.GetProperty("end_turn").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Private_events_comments_and_keepalives_go_where_the_script_says()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(
            Turn.Nothing.Comment("still here")
                .Keepalive()
                .Event("codex.response.metadata", "\"headers\":{\"openai-model\":\"gpt-6-sol\"}", isNumbered: false)
                .Header("openai-model", "gpt-6-sol")
                .Text("a")
        );
        using var response = await caller.SendAsync(Bodies.Plain);
        var text = await response.Content.ReadAsStringAsync();

        text.ShouldContain(
            ": still here\n\nevent: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":2}\n\n"
                + "event: codex.response.metadata\ndata: {\"type\":\"codex.response.metadata\",\"headers\":{\"openai-model\":\"gpt-6-sol\"}}\n\n"
        );
        response.Headers.GetValues("openai-model").ShouldBe(["gpt-6-sol"]);
    }

    [Fact]
    public async Task The_load_stream_is_whole_and_needs_only_a_credential()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { Load = new LoadReply(deltas: 7) });

        var events = await caller.StreamAsync("anything");

        events.Count.ShouldBe(4 + 7 + 4);
        for (var i = 0; i < events.Count; i++)
        {
            events[i].GetProperty("sequence_number").GetInt32().ShouldBe(i);
        }

        events[^1].GetProperty("type").GetString().ShouldBe("response.completed");
        caller.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(1);
    }

    [Fact]
    public async Task Two_runs_with_one_seed_give_the_same_bytes()
    {
        var first = await RunAsync();
        var second = await RunAsync();

        second.ShouldBe(first);

        static async Task<string> RunAsync()
        {
            await using var caller = await Caller.StartAsync(new SimulatorOptions { TimeProvider = new ManualClock() });
            return (await caller.AskAsync(Bodies.Plain)).Body;
        }
    }
}
