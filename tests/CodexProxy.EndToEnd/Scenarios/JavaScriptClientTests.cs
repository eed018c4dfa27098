using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>OpenAI's own JavaScript client as a judge; its side of each check is in <c>openai/judge.mjs</c>.</summary>
public sealed class JavaScriptClientTests
{
    private static readonly PlannedCall Berlin = PlannedCall.Of("get_weather", """{"city":"Berlin"}""");
    private static readonly PlannedCall Oslo = PlannedCall.Of("get_weather", """{"city":"Oslo"}""");

    [OpenAIClientFact]
    public async Task A_completion_is_read_whole()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Think.").Text("Hello.").Usage(120, 100, 30, reasoning: 20));

        var answer = (await stage.CheckAsync("chatWhole")).GetProperty("answer");

        answer.GetProperty("object").GetString().ShouldBe("chat.completion");
        answer.GetProperty("model").GetString().ShouldBe("gpt-5.5");
        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        Text(choice, "message", "content").ShouldBe("Hello.");
        Number(answer, "usage", "prompt_tokens").ShouldBe(120);
        Number(answer, "usage", "prompt_tokens_details", "cached_tokens").ShouldBe(100);
        Number(answer, "usage", "completion_tokens_details", "reasoning_tokens").ShouldBe(20);
        Text(stage.Asked[0].Body, "reasoning", "effort").ShouldBe("low");
        stage.ShouldHaveAsked(1);
    }

    [OpenAIClientFact]
    public async Task A_completion_streams()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("Hello from the other side.").Usage(12, 0, 7));

        var told = await stage.CheckAsync("chatStream");

        Text(told, "text").ShouldBe("Hello from the other side.");
        Text(told, "finish").ShouldBe("stop");
        Number(told, "usage", "total_tokens").ShouldBe(19);
    }

    [OpenAIClientFact]
    public async Task The_stream_helper_puts_the_message_together()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Think.").Text("Hello."));

        var told = await stage.CheckAsync("chatStreamHelper");

        Text(told, "message", "content").ShouldBe("Hello.");
        Text(told, "message", "role").ShouldBe("assistant");
        Text(told, "parts").ShouldBe("Hello.");
        told.GetProperty("completion").GetProperty("choices").GetArrayLength().ShouldBe(1);
    }

    [OpenAIClientFact]
    public Task RunTools_plays_the_loop_with_whole_answers() => RunToolsAsync("chatToolsWhole");

    [OpenAIClientFact]
    public Task RunTools_plays_the_loop_with_streams() => RunToolsAsync("chatToolsStreamed");

    private static async Task RunToolsAsync(string check)
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Two cities.").Calls(Berlin, Oslo).Usage(10, 0, 5));
        stage.Upstream.Next(Turn.Text("Sun and rain.").Usage(20, 0, 5));

        var told = await stage.CheckAsync(check);

        Text(told, "text").ShouldBe("Sun and rain.");
        told.GetProperty("asked").EnumerateArray().Select(city => city.GetString()).ShouldBe(["Berlin", "Oslo"]);
        stage.ShouldHaveAsked(2);
        stage.Asked[1].FunctionOutputs.Select(output => output.Text).ShouldBe(["sun", "rain"]);
        stage.Asked[1].HasReasoning.ShouldBeTrue();
    }

    [OpenAIClientFact]
    public Task A_completion_is_parsed_by_its_schema() => ParseAsync("chatParse");

    [OpenAIClientFact]
    public Task A_response_is_parsed_by_its_schema() => ParseAsync("responsesParse");

    private static async Task ParseAsync(string check)
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("""{"city":"Berlin"}"""));

        var told = await stage.CheckAsync(check);

        Text(told, "parsed", "city").ShouldBe("Berlin");
        Text(stage.Asked[0].Body, "text", "format", "name").ShouldBe("place");
        stage.Asked[0].Body.GetProperty("text").GetProperty("format").GetProperty("strict").GetBoolean().ShouldBeTrue();
        stage.ShouldHaveAsked(1);
    }

    [OpenAIClientFact]
    public async Task A_response_is_read_whole()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Think.").Text("Hello.").Usage(120, 100, 30, reasoning: 20));

        var told = await stage.CheckAsync("responsesWhole");

        Text(told, "text").ShouldBe("Hello.");
        Text(told, "response", "status").ShouldBe("completed");
        Number(told, "response", "usage", "input_tokens_details", "cached_tokens").ShouldBe(100);
        stage.Asked[0].Instructions.ShouldBe("Be short.");
        stage.ShouldHaveAsked(1);
    }

    [OpenAIClientFact]
    public async Task The_response_helper_follows_every_event()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Think.").Commentary("Well.").Text("Hello."));

        var told = await stage.CheckAsync("responsesStream");

        Text(told, "first").ShouldBe("response.created");
        Text(told, "last").ShouldBe("response.completed");
        Text(told, "deltas").ShouldBe("Well.Hello.");
        Text(told, "text").ShouldBe("Well.Hello.");
        Text(told.GetProperty("response").GetProperty("output")[0].GetProperty("summary")[0], "text")
            .ShouldBe("Think.");
    }

    [OpenAIClientFact]
    public async Task A_tool_loop_goes_on_with_the_items_of_the_answer()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Two cities.").Calls(Berlin, Oslo));
        stage.Upstream.Next(Turn.Text("Sun and rain."));

        var told = await stage.CheckAsync("responsesTools");

        told.GetProperty("calls").EnumerateArray().Select(call => call.GetString()).ShouldBe(["sun", "rain"]);
        Text(told, "text").ShouldBe("Sun and rain.");
        stage.ShouldHaveAsked(2);
        stage.Asked[1].Extends(stage.Asked[0]).ShouldBeTrue();
        stage.Asked[1].HasReasoning.ShouldBeTrue();
    }

    [OpenAIClientFact]
    public async Task A_stored_response_is_gone_on_from_fetched_and_deleted()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(Berlin));
        stage.Upstream.Next(Turn.Text("Sun."));

        var told = await stage.CheckAsync("responsesPrevious");

        Text(told, "text").ShouldBe("Sun.");
        told.GetProperty("previous").GetBoolean().ShouldBeTrue();
        told.GetProperty("fetched").GetBoolean().ShouldBeTrue();
        told.GetProperty("items").GetInt32().ShouldBe(1);
        told.GetProperty("count").GetInt32().ShouldBeGreaterThan(0);
        Text(told, "gone", "name").ShouldBe("NotFoundError");
        stage.ShouldHaveAsked(2);
    }

    [OpenAIClientFact]
    public async Task The_socket_goes_on_from_its_last_answer_and_survives_a_refusal()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(Oslo));
        stage.Upstream.Next(Turn.Text("Rain."));

        var told = await stage.CheckAsync("responsesSocket");

        Text(told, "text").ShouldBe("Rain.");
        Text(told, "refused", "name").ShouldNotBe("none");
        stage.ShouldHaveAsked(2);
        stage.Asked[1].FunctionOutputs.Single().Text.ShouldBe("rain");
    }

    [OpenAIClientFact]
    public async Task The_models_are_listed()
    {
        await using var stage = await Stage.OpenAsync();

        var told = await stage.CheckAsync("models");

        told.GetProperty("known").GetBoolean().ShouldBeTrue();
        Text(told, "one").ShouldBe("gpt-5.5");
        stage.ShouldHaveAsked(0);
    }

    private static string? Text(JsonElement element, params string[] path) => At(element, path).GetString();

    private static int Number(JsonElement element, params string[] path) => At(element, path).GetInt32();

    private static JsonElement At(JsonElement element, string[] path) =>
        path.Aggregate(element, (inner, name) => inner.GetProperty(name));
}
