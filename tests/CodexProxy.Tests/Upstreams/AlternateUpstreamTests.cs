using System.Net;
using System.Text;
using System.Text.Json;
using CodexProxy.Relay;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using static CodexProxy.Tests.Upstreams.UpstreamStage;

namespace CodexProxy.Tests.Upstreams;

/// <summary>Every face of the gateway with a model of an alternate upstream behind it.</summary>
public sealed class AlternateUpstreamTests
{
    private const string Usage =
        """{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":8}}}""";

    private const string Tool =
        """{"name":"look","description":"Looks","input_schema":{"type":"object","properties":{"at":{"type":"integer"}}}}""";

    [Fact]
    public async Task Messages_stream_without_any_sign_in()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Delta("""{"reasoning":"Hm."}"""), Text("Hel"), Text("lo", "stop"), Usage, "[DONE]");

        using var response = await stage.Stage.PostAsync(
            """{"model":"other/a/b:free","max_tokens":300,"stream":true,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"Hi"}]}"""
        );

        var (events, broken) = await Stage.ReadStreamAsync(response);
        broken.ShouldBeFalse();
        events[^1].Name.ShouldBe("message_stop");
        string.Concat(events.Select(e => New(e.Data, "text"))).ShouldBe("Hello");
        string.Concat(events.Select(e => New(e.Data, "thinking"))).ShouldBe("Hm.");
        var usage = events[^2].Data.GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt32().ShouldBe(12);
        usage.GetProperty("cache_read_input_tokens").GetInt32().ShouldBe(8);
        usage.GetProperty("output_tokens").GetInt32().ShouldBe(4);
        var sent = stage.Other.Requests.Single();
        sent.Path.ShouldBe("/v1/chat/completions");
        sent.Headers["authorization"].ShouldBe($"Bearer {UpstreamStage.Key}");
        sent.Json.GetProperty("model").GetString().ShouldBe("a/b:free");
        sent.Json.GetProperty("max_tokens").GetInt32().ShouldBe(300);
        stage.Stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_loop_of_parallel_calls_carries_results_images_and_reasoning_back()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(
            Delta("""{"reasoning_content":"Both."}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"call_a","function":{"name":"look","arguments":"{\"at\""}}]}"""),
            Delta("""{"tool_calls":[{"index":1,"id":"call_b","function":{"name":"look","arguments":"{\"at\":2}"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}""", "tool_calls"),
            "[DONE]"
        );
        stage.Other.Stream(Text("Two cats.", "stop"), "[DONE]");
        const string Question =
            """{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}""";
        const string Head =
            """{"model":"other/m","max_tokens":300,"thinking":{"type":"enabled","budget_tokens":2000}""";

        using var first = await stage.Stage.PostAsync($$"""{{Head}},"tools":[{{Tool}}],"messages":[{{Question}}]}""");
        var answer = await first.JsonAsync();
        answer.GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        var uses = answer
            .GetProperty("content")
            .EnumerateArray()
            .Where(block => block.GetProperty("type").GetString() == "tool_use")
            .ToList();
        uses.Select(use => use.GetProperty("input").GetRawText()).ShouldBe(["""{"at":1}""", """{"at":2}"""]);
        using var second = await stage.Stage.PostAsync(
            $$$"""
            {{{Head}}},"tools":[{{{Tool}}}],"messages":[{{{Question}}},
             {"role":"assistant","content":{{{answer.GetProperty("content").GetRawText()}}}},
             {"role":"user","content":[
              {"type":"tool_result","tool_use_id":{{{uses[0].GetProperty(
                "id"
            ).GetRawText()}}},"content":[{"type":"text","text":"a cat"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"BBBB"}}]},
              {"type":"tool_result","tool_use_id":{{{uses[1].GetProperty("id").GetRawText()}}},"content":"another"}]}]}
            """
        );

        (await second.JsonAsync()).GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Two cats.");
        var messages = stage.Other.Requests.Last().Json.GetProperty("messages").EnumerateArray().ToList();
        messages
            .Select(message => message.GetProperty("role").GetString())
            .ShouldBe(["user", "assistant", "tool", "tool", "user"]);
        messages[0]
            .GetProperty("content")[1]
            .GetProperty("image_url")
            .GetProperty("url")
            .GetString()
            .ShouldBe("data:image/png;base64,AAAA");
        messages[1].GetProperty("reasoning_content").GetString().ShouldBe("Both.");
        messages[1].GetProperty("tool_calls").GetArrayLength().ShouldBe(2);
        messages[2].GetProperty("content").GetString().ShouldBe("a cat");
        messages[4].GetProperty("content").GetRawText().ShouldContain("BBBB");
    }

    [Fact]
    public async Task Reasoning_stays_here_where_the_upstream_does_not_want_it()
    {
        await using var stage = await UpstreamStage.StartAsync(upstream: other =>
            other with
            {
                ReturnsReasoning = false,
            }
        );
        stage.Other.Stream(Delta("""{"reasoning_content":"Secret."}"""), Text("Hi", "stop"), "[DONE]");
        stage.Other.Stream(Text("Ho", "stop"), "[DONE]");
        const string Head =
            """{"model":"other/m","max_tokens":300,"thinking":{"type":"enabled","budget_tokens":2000}""";

        using var first = await stage.Stage.PostAsync($$"""{{Head}},"messages":[{"role":"user","content":"a"}]}""");
        var content = (await first.JsonAsync()).GetProperty("content");
        content[0].GetProperty("thinking").GetString().ShouldBe("Secret.");
        using var second = await stage.Stage.PostAsync(
            $$"""{{Head}},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":{{content.GetRawText()}}},{"role":"user","content":"b"}]}"""
        );

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Other.Requests.Last().Body.ShouldNotContain("Secret");
    }

    [Fact]
    public async Task A_conversation_may_move_between_the_upstreams_and_neither_sees_the_others_reasoning()
    {
        await using var stage = await UpstreamStage.StartAsync(signedIn: true);
        stage.Other.Stream(Delta("""{"reasoning_content":"Mine."}"""), Text("One", "stop"), "[DONE]");
        stage.Stage.Simulator.Next(Turn.Reasoning("Sealed.").Text("Two"));
        stage.Other.Stream(Text("Three", "stop"), "[DONE]");
        var history = new List<string> { """{"role":"user","content":"a"}""" };
        foreach (var model in (string[])["other/m", "gpt-5.5", "other/m"])
        {
            using var response = await stage.Stage.PostAsync(
                $$"""{"model":"{{model}}","max_tokens":300,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{{string.Join(',', history)}}]}"""
            );
            var answer = await response.JsonAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.GetRawText());
            history.Add($$"""{"role":"assistant","content":{{answer.GetProperty("content").GetRawText()}}}""");
            history.Add("""{"role":"user","content":"next"}""");
        }

        stage.Stage.Simulator.Requests.Of(SimulatedEndpoint.Responses)[^1].Body.GetRawText().ShouldNotContain("chat1.");
        stage.Other.Requests.Last().Body.ShouldContain("Mine.");
        stage.Other.Requests.Last().Body.ShouldNotContain("gAAAA");
    }

    [Fact]
    public async Task Chat_clients_are_served_streamed_and_whole()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Text("Hel"), Text("lo", "stop"), Usage, "[DONE]");
        stage.Other.Answer(
            """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Whole"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"""
        );

        using var streamed = await ChatAsync(stage, stream: true);
        var text = await streamed.Content.ReadAsStringAsync();
        text.ShouldContain("Hel");
        text.TrimEnd().ShouldEndWith("data: [DONE]");
        using var whole = await ChatAsync(stage, stream: false);

        var json = await whole.JsonAsync();
        json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe("Whole");
        json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task Responses_clients_go_on_from_what_was_answered_with_custom_tools_and_reasoning()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(
            Delta("""{"reasoning_content":"Patch it."}"""),
            Delta(
                """{"tool_calls":[{"index":0,"id":"call_p","function":{"name":"patch","arguments":"{\"input\":\"+ a\"}"}}]}"""
            ),
            Delta("{}", "tool_calls"),
            "[DONE]"
        );
        stage.Other.Stream(Text("Done.", "stop"), "[DONE]");

        using var first = await stage.Stage.RespondAsync(
            """{"model":"other/m","input":"Go","tools":[{"type":"custom","name":"patch"}]}"""
        );
        var response = await first.JsonAsync();
        var call = response.GetProperty("output")[1];
        call.GetProperty("type").GetString().ShouldBe("custom_tool_call");
        call.GetProperty("input").GetString().ShouldBe("+ a");
        using var second = await stage.Stage.RespondAsync(
            $$"""{"model":"other/m","previous_response_id":{{response.GetProperty("id").GetRawText()}},"tools":[{"type":"custom","name":"patch"}],"input":[{"type":"custom_tool_call_output","call_id":"call_p","output":"ok"}]}"""
        );

        (await second.JsonAsync()).GetProperty("status").GetString().ShouldBe("completed");
        var messages = stage.Other.Requests.Last().Json.GetProperty("messages");
        messages[1].GetProperty("reasoning_content").GetString().ShouldBe("Patch it.");
        messages[1]
            .GetProperty("tool_calls")[0]
            .GetProperty("function")
            .GetProperty("arguments")
            .GetString()
            .ShouldBe("""{"input":"+ a"}""");
        messages[2].GetProperty("content").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Responses_are_streamed_with_numbers_in_order()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Text("Hel"), Text("lo", "stop"), Usage, "[DONE]");

        using var response = await stage.Stage.RespondAsync("""{"model":"other/m","input":"Hi","stream":true}""");

        var (events, _) = await Stage.ReadStreamAsync(response);
        events
            .Select(e => e.Data.GetProperty("sequence_number").GetInt32())
            .ShouldBe(Enumerable.Range(0, events.Count));
        events[0].Name.ShouldBe("response.created");
        events[^1].Name.ShouldBe("response.completed");
    }

    [Fact]
    public async Task A_conversation_cannot_be_compacted_there()
    {
        await using var stage = await UpstreamStage.StartAsync();

        using var response = await stage.Stage.RespondAsync(
            """{"model":"other/m","input":"Hi"}""",
            "/v1/responses/compact"
        );

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_sequences_and_limits_are_kept_here()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Text("one STOP two", "stop"), "[DONE]");

        using var response = await stage.Stage.PostAsync(
            """{"model":"other/m","max_tokens":300,"stop_sequences":["STOP"],"messages":[{"role":"user","content":"Hi"}]}"""
        );

        var answer = await response.JsonAsync();
        answer.GetProperty("stop_reason").GetString().ShouldBe("stop_sequence");
        answer.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("one ");
    }

    [Fact]
    public async Task Tokens_are_counted_without_asking_anybody()
    {
        await using var stage = await UpstreamStage.StartAsync();

        using var response = await stage.Stage.PostAsync(
            """{"model":"other/m","messages":[{"role":"user","content":"Hi"}]}""",
            "/v1/messages/count_tokens"
        );

        (await response.JsonAsync()).GetProperty("input_tokens").GetInt32().ShouldBeGreaterThan(0);
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_would_be_sent_and_lost_is_shown_without_sending_it()
    {
        await using var stage = await UpstreamStage.StartAsync();

        const string Body =
            """{"model":"other/m","max_tokens":300,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"Hi"}]}""";
        var (preview, refusal) = stage
            .Stage.Gateway.Get<TranslationPreview>()
            .TryMake(Encoding.UTF8.GetBytes(Body), ClientProtocol.Messages);

        refusal.ShouldBeNull();
        Encoding.UTF8.GetString(preview!.Upstream.Span).ShouldStartWith("""{"model":"m","messages":[""");
        preview.Losses.ShouldContain(loss => loss.Path == "tools[].web_search");
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_losses_are_told_to_whoever_asks()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(Text("Hi", "stop"), "[DONE]");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent(
                """{"model":"other/m","max_tokens":300,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"Hi"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("x-codex-proxy-loss", "1");

        using var response = await stage.Stage.Gateway.Http.SendAsync(request);

        response.Headers.GetValues("x-codex-proxy-loss").Single().ShouldContain("tools[].web_search");
    }

    private static string New(JsonElement data, string member) =>
        data.TryGetProperty("delta", out var delta) && delta.TryGetProperty(member, out var text)
            ? text.GetString()!
            : "";

    private static Task<HttpResponseMessage> ChatAsync(UpstreamStage stage, bool stream) =>
        stage.Stage.Gateway.Http.PostAsync(
            "/v1/chat/completions",
            new StringContent(
                $$"""{"model":"other/m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""",
                Encoding.UTF8,
                "application/json"
            )
        );
}
