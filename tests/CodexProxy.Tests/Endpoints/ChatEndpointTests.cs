using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>Chat Completions through the whole gateway.</summary>
public sealed class ChatEndpointTests
{
    private const string Question = """{"role":"user","content":"What is the weather in Paris?"}""";

    private const string Tools =
        """[{"type":"function","function":{"name":"weather","description":"Tells it","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";

    [Fact]
    public async Task A_stream_ends_with_usage_and_done()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Hello there."));

        using var response = await PostAsync(
            stage,
            """{"model":"gpt-6-sol","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}"""
        );

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var chunks = await ReadAsync(response);
        chunks[^1].ShouldBe("[DONE]");
        var data = chunks.SkipLast(1).Select(chunk => JsonDocument.Parse(chunk).RootElement).ToList();
        Content(data).ShouldBe("Hello there.");
        data[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
        data[^1].GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBeGreaterThan(0);
        data.Select(chunk => chunk.GetProperty("id").GetString()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_tool_loop_keeps_its_reasoning_between_turns()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Look it up.").Call("weather", """{"city":"Paris"}"""));
        stage.Simulator.Next(Turn.Text("Sunny."));

        using var first = await PostAsync(
            stage,
            $$"""{"model":"gpt-6-sol","messages":[{{Question}}],"tools":{{Tools}}}"""
        );
        var message = (await JsonAsync(first)).GetProperty("choices")[0].GetProperty("message");
        var call = message.GetProperty("tool_calls")[0];
        call.GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"city":"Paris"}""");
        message.GetProperty("reasoning_content").GetString().ShouldBe("Look it up.");
        using var second = await PostAsync(
            stage,
            $$"""
            {"model":"gpt-6-sol","tools":{{Tools}},"messages":[{{Question}},{{message.GetRawText()}},
             {"role":"tool","tool_call_id":"{{call.GetProperty("id").GetString()}}","content":"sunny"}]}
            """
        );

        var answer = (await JsonAsync(second)).GetProperty("choices")[0];
        answer.GetProperty("message").GetProperty("content").GetString().ShouldBe("Sunny.");
        var input = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses)[^1].Body.GetProperty("input");
        input
            .EnumerateArray()
            .Select(item => item.GetProperty("type").GetString())
            .ShouldBe(["message", "reasoning", "function_call", "function_call_output"]);
    }

    [Theory]
    [InlineData("""{"messages":[]}""", 400, "model", null)]
    [InlineData("""{"model":"gpt-6-sol","messages":[{"role":"user","content":7}]}""", 400, "messages[0].content", null)]
    [InlineData("""{"model":"gpt-6-sol","n":2,"messages":[{"role":"user","content":"a"}]}""", 400, "n", null)]
    [InlineData("""{"model":"no-such","messages":[{"role":"user","content":"a"}]}""", 404, "model", "model_not_found")]
    [InlineData("{", 400, null, null)]
    public async Task What_cannot_be_served_is_refused_in_the_words_of_openai(
        string body,
        int status,
        string? field,
        string? code
    )
    {
        await using var stage = await Stage.StartAsync();

        using var response = await PostAsync(stage, body);

        ((int)response.StatusCode).ShouldBe(status);
        var error = (await JsonAsync(response)).GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("param").GetString().ShouldBe(field);
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task The_upstreams_refusals_keep_their_codes_and_no_other_protocols_headers()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Accounts.Default.Quota.Exhaust();

        using var response = await PostAsync(
            stage,
            """{"model":"gpt-6-sol","messages":[{"role":"user","content":"a"}]}"""
        );

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.ShouldNotContain(header => header.Key.StartsWith("anthropic-", StringComparison.Ordinal));
        (await JsonAsync(response))
            .GetProperty("error")
            .GetProperty("code")
            .GetString()
            .ShouldBe("usage_limit_reached");
    }

    [Fact]
    public async Task A_cut_ends_the_stream_with_an_error_and_without_done()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half").EndsWithoutTerminal());

        using var response = await PostAsync(
            stage,
            """{"model":"gpt-6-sol","stream":true,"messages":[{"role":"user","content":"a"}]}"""
        );

        var chunks = await ReadAsync(response);
        chunks.ShouldNotContain("[DONE]");
        JsonDocument
            .Parse(chunks[^1])
            .RootElement.GetProperty("error")
            .GetProperty("type")
            .GetString()
            .ShouldBe("server_error");
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"Say hi."}]}""")]
    [InlineData("""{"messages":[{"role":"system","content":"Say hi."},{"role":"user","content":""}]}""")]
    [InlineData(
        """{"response_format":{"type":"json_object"},"messages":[{"role":"system","content":"Answer in JSON."},{"role":"user","content":"List colours"}]}"""
    )]
    [InlineData("""{"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"As json"}]}""")]
    [InlineData(
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpg;base64,/9j/4AAQ"}}]}]}"""
    )]
    public async Task What_working_clients_send_is_served(string body)
    {
        await using var stage = await Stage.StartAsync();

        using var response = await PostAsync(stage, """{"model":"gpt-6-sol",""" + body[1..]);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Conversations_under_one_cache_key_do_not_share_reasoning()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("About the first.").Text("Hello."));
        string Body(string question, string rest = "") =>
            $$"""{"model":"gpt-6-sol","prompt_cache_key":"app","messages":[{"role":"user","content":"{{question}}"}{{rest}}]}""";
        const string rest = """,{"role":"assistant","content":"Hello."},{"role":"user","content":"Go on."}""";

        using var first = await PostAsync(stage, Body("One"));
        using var same = await PostAsync(stage, Body("One", rest));
        using var other = await PostAsync(stage, Body("Two", rest));

        var sent = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses);
        sent[1].Body.GetProperty("input").GetRawText().ShouldContain("\"reasoning\"");
        sent[2].Body.GetProperty("input").GetRawText().ShouldNotContain("\"reasoning\"");
    }

    [Fact]
    public async Task Losses_are_told_to_whoever_asks_in_a_header()
    {
        await using var stage = await Stage.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                """{"model":"gpt-6-sol","temperature":1,"messages":[{"role":"user","content":"a"}]}"""
            ),
        };
        request.Headers.Add("x-codex-proxy-loss", "1");

        using var response = await stage.Gateway.Http.SendAsync(request);

        response.Headers.GetValues("x-codex-proxy-loss").ShouldBe(["temperature=dropped"]);
        response.Headers.ShouldNotContain(header => header.Key.StartsWith("anthropic-"));
    }

    private static Task<HttpResponseMessage> PostAsync(Stage stage, string body) =>
        stage.Gateway.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            },
            HttpCompletionOption.ResponseHeadersRead
        );

    private static async Task<List<string>> ReadAsync(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        return await SseParser.Create(stream).EnumerateAsync().Select(item => item.Data).ToListAsync();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    private static string Content(IEnumerable<JsonElement> chunks) =>
        string.Concat(
            chunks
                .Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0)
                .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
                .Where(delta => delta.TryGetProperty("content", out _))
                .Select(delta => delta.GetProperty("content").GetString())
        );
}
