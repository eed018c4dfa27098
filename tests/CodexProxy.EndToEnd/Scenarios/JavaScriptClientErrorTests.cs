using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Errors are of the classes that programs catch, with the codes they look at.</summary>
public sealed class JavaScriptClientErrorTests
{
    [OpenAIClientFact]
    public Task A_used_up_plan_is_a_rate_limit_in_chat() => SpentAsync("chatSpent");

    [OpenAIClientFact]
    public Task A_used_up_plan_is_a_rate_limit_in_responses() => SpentAsync("responsesSpent");

    private static async Task SpentAsync(string check)
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Quota.Exhaust();

        var failure = await stage.CheckAsync(check);

        Said(failure).ShouldBe(("RateLimitError", 429, "usage_limit_reached", null));
    }

    [OpenAIClientFact]
    public async Task An_unknown_model_is_not_found()
    {
        await using var stage = await Stage.OpenAsync();

        Said(await stage.CheckAsync("chatUnknownModel")).ShouldBe(("NotFoundError", 404, "model_not_found", "model"));
        Said(await stage.CheckAsync("responsesUnknownModel"))
            .ShouldBe(("NotFoundError", 404, "model_not_found", "model"));
        stage.ShouldHaveAsked(0);
    }

    [OpenAIClientFact]
    public async Task A_wrong_field_is_a_bad_request_that_names_it()
    {
        await using var stage = await Stage.OpenAsync();

        Said(await stage.CheckAsync("chatInvalid")).ShouldBe(("BadRequestError", 400, null, "messages[0].content"));
        Said(await stage.CheckAsync("responsesInvalid")).ShouldBe(("BadRequestError", 400, null, "input[0].content"));
        stage.ShouldHaveAsked(0);
    }

    [OpenAIClientFact]
    public async Task Overload_that_stays_is_a_server_error()
    {
        await using var stage = await Stage.OpenAsync();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            stage.Upstream.Next(Turn.HttpError(503, "server_is_overloaded"));
        }

        var failure = await stage.CheckAsync("chatOverloaded");

        Said(failure).ShouldBe(("InternalServerError", 503, "server_is_overloaded", null));
    }

    [OpenAIClientFact]
    public async Task A_stream_that_breaks_is_an_error()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.PartialText("Half").EndsWithoutTerminal());
        stage.Upstream.Next(Turn.PartialText("Half").EndsWithoutTerminal());

        var chat = await stage.CheckAsync("chatCut");
        var responses = await stage.CheckAsync("responsesCut");

        chat.GetProperty("name").GetString().ShouldBe("APIError");
        chat.GetProperty("type").GetString().ShouldBe("server_error");
        // Its helper for responses rejects with the event itself.
        responses.GetProperty("type").GetString().ShouldBe("error");
        responses.GetProperty("code").GetString().ShouldBe("server_error");
    }

    private static (string? Name, int Status, string? Code, string? Param) Said(JsonElement failure) =>
        (
            failure.GetProperty("name").GetString(),
            failure.TryGetProperty("status", out var status) ? status.GetInt32() : 0,
            failure.TryGetProperty("code", out var code) ? code.GetString() : null,
            failure.TryGetProperty("param", out var param) ? param.GetString() : null
        );
}
