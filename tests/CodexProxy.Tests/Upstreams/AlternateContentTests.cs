using CodexProxy.Tests.Support;
using static CodexProxy.Tests.Upstreams.UpstreamStage;

namespace CodexProxy.Tests.Upstreams;

/// <summary>What stays here although a client would have it sent to an alternate upstream.</summary>
public sealed class AlternateContentTests
{
    [Fact]
    public async Task Reasoning_of_one_conversation_never_reaches_another_whose_calls_have_the_same_ids()
    {
        const string tools =
            """[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{}}}}]""";
        await using var stage = await UpstreamStage.StartAsync();
        var call =
            """{"reasoning_content":"A secret of the first.","tool_calls":[{"index":0,"id":"weather:0","function":{"name":"weather","arguments":"{}"}}]}""";
        stage.Other.Stream(Delta(call, "tool_calls"), "[DONE]");
        stage.Other.Stream(Text("Sunny.", "stop"), "[DONE]");
        stage.Other.Stream(Text("Sunny.", "stop"), "[DONE]");
        const string path = "/v1/chat/completions";
        string Body(string question, string rest = "") =>
            $$"""{"model":"other/m","tools":{{tools}},"messages":[{"role":"user","content":"{{question}}"}{{rest}}]}""";

        using var first = await stage.Stage.RespondAsync(Body("One"), path);
        var id = (await first.JsonAsync())
            .GetProperty("choices")[0]
            .GetProperty("message")
            .GetProperty("tool_calls")[0]
            .GetProperty("id")
            .GetString();
        var loop =
            $$$""",{"role":"assistant","content":null,"tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"{{{id}}}","content":"sunny"}""";
        using var same = await stage.Stage.RespondAsync(Body("One", loop), path);
        using var other = await stage.Stage.RespondAsync(Body("Two", loop), path);

        var sent = stage.Other.Requests.Select(request => request.Body).ToList();
        sent[1].ShouldContain("A secret of the first.");
        sent[2].ShouldNotContain("A secret of the first.");
    }

    [Theory]
    [InlineData(
        "/v1/responses",
        """{"model":"other/m","input":[{"role":"user","content":[{"type":"input_image","image_url":"https://example.com/a.png"}]}]}"""
    )]
    [InlineData(
        "/v1/chat/completions",
        """{"model":"other/m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}"""
    )]
    public async Task A_model_that_takes_no_images_gets_a_note_in_their_place(string path, string body)
    {
        await using var stage = await UpstreamStage.StartAsync(upstream: other => other with { Images = false });
        stage.Other.Stream(Text("None to see.", "stop"), "[DONE]");

        using var response = await stage.Stage.RespondAsync(body, path);

        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        var sent = stage.Other.Requests.Single().Body;
        sent.ShouldContain("image omitted");
        sent.ShouldNotContain("example.com");
    }
}
