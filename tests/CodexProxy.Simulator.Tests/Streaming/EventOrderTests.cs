using System.Text.Json;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Streaming;

public sealed class EventOrderTests
{
    private const string WithSummary = """{"effort":"medium","summary":"auto"}""";

    public static TheoryData<string, Func<TurnPlan>> Streams() =>
        new()
        {
            { "01-plain-text", () => Turn.TextDeltas("Hello", ", ", "world", ".") },
            {
                "02-reasoning-and-text",
                () => Turn.Nothing.ReasoningDeltas(["a", "b", "c"], ["d", "e"]).TextDeltas("The answer is ", "42", ".")
            },
            { "03-reasoning-without-summary", () => Turn.Reasoning().TextDeltas("Done.") },
            {
                "04-one-function-call",
                () => Turn.Reasoning("**Reading**").Calls(new PlannedCall("read_file", ["{\"p", "a", "th\":", "1}"]))
            },
            {
                "05-parallel-function-calls",
                () =>
                    Turn.Commentary("Looking at both files.")
                        .Calls(new PlannedCall("read_file", ["{}"]), new PlannedCall("read_file", ["{", "}"]))
            },
            { "06-function-call-empty-arguments", () => Turn.Call("get_time", "{}") },
            { "07-custom-tool-call", () => Turn.CustomCall("exec", "a", "b", "c") },
            {
                "08-namespaced-function-call",
                () => Turn.Calls(new PlannedCall("spawn_agent", ["{}"]) { Namespace = "collaboration" })
            },
            {
                "09-web-search",
                () =>
                    Turn.WebSearch("fixture query")
                        .OpenPage("https://example.com/")
                        .Cited(
                            "See the page, it is long enough.",
                            new Citation(0, 3, "https://example.com/", "Example")
                        )
            },
            { "10-refusal", () => Turn.Refusal("I cannot", " help with that.") },
            { "11-incomplete-content-filter", () => Turn.PartialText("Partial").EndsIncomplete("content_filter") },
            { "12-incomplete-max-output-tokens", () => Turn.TextDeltas("A long answer that was cut").EndsIncomplete() },
            { "20-failed-server-is-overloaded", () => Turn.OverloadInside200() },
            { "20-failed-context-length-exceeded", () => Turn.Fails("context_length_exceeded") },
            { "21-failed-after-partial-text", () => Turn.PartialText("Half").Fails("server_error") },
            {
                "22-error-event-usage-limit",
                () =>
                    Turn.ErrorEvent(
                        HttpReply.Error(429, "The usage limit has been reached", type: "usage_limit_reached")
                    )
            },
            { "23-error-event-flat", () => Turn.ErrorEvent("server_error") },
            { "31-compaction-v2", () => Turn.Compaction() },
        };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Streams_in_the_order_of_the_samples(string sample, Func<TurnPlan> plan)
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        caller.Simulator.Next(plan());

        var events = await caller.StreamAsync(Bodies.With(("reasoning", WithSummary)));

        var types = events.Select(happening => happening.GetProperty("type").GetString()!);
        types.ShouldBe(Fixtures.EventTypes(Fixtures.Path("codex-backend", "sse", $"{sample}.sse")));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Numbers_events_and_writes_the_members_of_the_samples(string sample, Func<TurnPlan> plan)
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        caller.Simulator.Next(plan());

        var events = await caller.StreamAsync(Bodies.With(("reasoning", WithSummary)));

        var expected = SseText.Read(File.ReadAllText(Fixtures.Path("codex-backend", "sse", $"{sample}.sse")));
        for (var i = 0; i < events.Count; i++)
        {
            Members(events[i]).ShouldBe(Members(expected[i]), $"event {i}");
            if (events[i].TryGetProperty("sequence_number", out var number))
            {
                number.GetInt32().ShouldBe(i);
            }

            if (events[i].TryGetProperty("item", out var item))
            {
                Members(item).ShouldBe(Members(expected[i].GetProperty("item")), $"item of event {i}");
            }

            if (events[i].TryGetProperty("response", out var response))
            {
                Members(response).ShouldBe(Members(expected[i].GetProperty("response")), $"response of event {i}");
            }
        }

        // The sequence number of the flat error event is optional; the order of members is not part of JSON.
        static string[] Members(JsonElement element) =>
            [.. element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Writes_event_lines_that_name_the_type_and_no_done_mark()
    {
        await using var caller = await Caller.StartAsync();

        var (_, text) = await caller.AskAsync(Bodies.Plain);

        text.ShouldStartWith("event: codex.rate_limits\ndata: {\"type\":\"codex.rate_limits\",\"plan_type\":\"plus\"");
        text.ShouldNotContain("[DONE]");
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            lines.Length.ShouldBe(2);
            lines[1].ShouldStartWith($"data: {{\"type\":\"{lines[0]["event: ".Length..]}\"");
        }
    }

    [Fact]
    public async Task Leaves_the_completed_output_empty_unless_told_to_fill_it()
    {
        await using var bare = await Caller.StartAsync();
        await using var full = await Caller.StartAsync(new SimulatorOptions { FillCompletedOutput = true });

        Output(await bare.StreamAsync(Bodies.Plain)).GetArrayLength().ShouldBe(0);
        var items = Output(await full.StreamAsync(Bodies.Plain));
        items.EnumerateArray().Select(item => item.GetProperty("type").GetString()).ShouldBe(["reasoning", "message"]);

        static JsonElement Output(List<JsonElement> events) => events[^1].GetProperty("response").GetProperty("output");
    }

    [Fact]
    public async Task Interleaves_the_deltas_of_calls_when_asked()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { SendRateLimitEvents = false });
        caller.Simulator.Next(
            Turn.Interleaved(new PlannedCall("a", ["{", "}"]), new PlannedCall("b", ["{", "}"]) { CallId = "call_b" })
        );

        var events = await caller.StreamAsync(Bodies.Plain);

        var places = events
            .Where(happening =>
                happening.GetProperty("type").GetString()!.EndsWith("arguments.delta", StringComparison.Ordinal)
            )
            .Select(happening => happening.GetProperty("output_index").GetInt32());
        places.ShouldBe([0, 1, 0, 1]);
        events[^2].GetProperty("item").GetProperty("call_id").GetString().ShouldBe("call_b");
    }

    [Fact]
    public async Task Shows_no_summary_unless_asked_and_sources_only_when_included()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Next(
            Turn.Reasoning("**Secret**").WebSearch("q", new Source("https://example.com/")).Text("x")
        );
        var bare = await caller.StreamAsync(Bodies.Plain);
        caller.Simulator.Next(Turn.WebSearch("q", new Source("https://example.com/", "Title")).Text("x"));
        var asked = await caller.StreamAsync(
            Bodies.With(("include", "[\"reasoning.encrypted_content\",\"web_search_call.action.sources\"]"))
        );

        bare.ShouldNotContain(happening => happening.GetRawText().Contains("Secret", StringComparison.Ordinal));
        bare.ShouldNotContain(happening => happening.GetRawText().Contains("sources", StringComparison.Ordinal));
        asked.ShouldContain(happening =>
            happening
                .GetRawText()
                .Contains(
                    "\"sources\":[{\"type\":\"url\",\"url\":\"https://example.com/\",\"title\":\"Title\"}]",
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task Sends_the_headers_that_clients_read()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Quota.Primary.UsedPercent = 42.5;

        using var response = await caller.SendAsync(Bodies.Plain);

        string Header(string name) => response.Headers.GetValues(name).Single();
        Header("openai-model").ShouldBe("gpt-5.5");
        Header("x-models-etag").ShouldBe(caller.Simulator.Models.ETag);
        Header("x-request-id").ShouldStartWith("req_");
        Header("x-codex-turn-state").ShouldStartWith("ts_");
        Header("x-codex-active-limit").ShouldBe("codex");
        Header("x-codex-primary-used-percent").ShouldBe("42.5");
        Header("x-codex-primary-window-minutes").ShouldBe("300");
        Header("x-codex-secondary-window-minutes").ShouldBe("10080");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }
}
