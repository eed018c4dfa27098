using System.Net;
using System.Text.Json;
using CodexProxy.Relay;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

public sealed class ResponsesEndpointsTests
{
    [Fact]
    public async Task A_stored_answer_is_fetched_listed_and_forgotten()
    {
        await using var stage = await Stage.StartAsync();
        using var made = await stage.RespondAsync("""{"model":"gpt-5.5","store":true,"input":"Hello."}""");
        var answer = await made.JsonAsync();
        var path = $"/v1/responses/{answer.GetProperty("id").GetString()}";

        using var got = await stage.SendAsync(HttpMethod.Get, path);
        using var items = await stage.SendAsync(HttpMethod.Get, $"{path}/input_items");
        using var foreign = await stage.SendAsync(HttpMethod.Get, path, key: "another");
        using var deleted = await stage.SendAsync(HttpMethod.Delete, path);
        using var gone = await stage.SendAsync(HttpMethod.Get, path);

        JsonElement.DeepEquals(await got.JsonAsync(), answer).ShouldBeTrue();
        var list = await items.JsonAsync();
        list.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Hello.");
        list.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await deleted.JsonAsync()).GetProperty("deleted").GetBoolean().ShouldBeTrue();
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ErrorAsync(gone)).Message.ShouldContain("not found");
    }

    [Fact]
    public async Task An_answer_nobody_asked_to_store_is_not_fetched_but_can_be_gone_on_from()
    {
        await using var stage = await Stage.StartAsync();
        using var made = await stage.RespondAsync("""{"model":"gpt-5.5","input":"Hello."}""");
        var id = (await made.JsonAsync()).GetProperty("id").GetString();

        using var got = await stage.SendAsync(HttpMethod.Get, $"/v1/responses/{id}");
        using var next = await stage.RespondAsync(
            $$"""{"model":"gpt-5.5","previous_response_id":"{{id}}","input":"And?"}"""
        );

        got.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Last!.Items.Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task After_its_time_an_answer_is_forgotten()
    {
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(time: time);
        using var made = await stage.RespondAsync("""{"model":"gpt-5.5","store":true,"input":"Hello."}""");
        var id = (await made.JsonAsync()).GetProperty("id").GetString();
        time.Advance(ResponseStore.Lifetime);

        using var got = await stage.SendAsync(HttpMethod.Get, $"/v1/responses/{id}");

        got.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{", 400, null, null, "not valid JSON")]
    [InlineData("[]", 400, null, null, "must be a JSON object")]
    [InlineData("""{"input":"a"}""", 400, "model", null, "model: is required")]
    [InlineData("""{"model":"gpt-5.5"}""", 400, "input", null, "input: is required")]
    [InlineData("""{"model":"gpt-5.5","input":[]}""", 400, "input", null, "must not be empty")]
    [InlineData("""{"model":"gpt-5.5","input":"a","background":true}""", 400, "background", null, "not supported")]
    [InlineData(
        """{"model":"gpt-5.5","input":"a","previous_response_id":"resp_no"}""",
        400,
        "previous_response_id",
        "previous_response_not_found",
        "not found"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"type":"item_reference","id":"msg_no"}]}""",
        404,
        "input[0].id",
        null,
        "not found"
    )]
    [InlineData("""{"model":"no-such","input":"a"}""", 404, "model", "model_not_found", "model: no-such")]
    public async Task What_cannot_be_served_is_refused_in_OpenAIs_words(
        string body,
        int status,
        string? param,
        string? code,
        string message
    )
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.RespondAsync(body);

        ((int)response.StatusCode).ShouldBe(status);
        var error = await ErrorAsync(response);
        error.Type.ShouldBe("invalid_request_error");
        error.Param.ShouldBe(param);
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(message);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upstream_refusal_keeps_its_code_and_names_the_clients_field()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Fails("context_length_exceeded", "Your input exceeds the context window."));

        using var response = await stage.RespondAsync("""{"model":"gpt-5.5","stream":true,"input":"a"}""");

        ((int)response.StatusCode).ShouldBe(400);
        var error = await ErrorAsync(response);
        error.Code.ShouldBe("context_length_exceeded");
        error.Param.ShouldBe("input");
        error.Message.ShouldContain("maximum context length");
    }

    [Fact]
    public async Task A_used_up_plan_is_429_and_overload_that_stays_503()
    {
        await using var stage = await Stage.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            stage.Simulator.Next(Turn.HttpError(503, "server_is_overloaded"));
        }

        using var busy = await stage.RespondAsync("""{"model":"gpt-5.5","input":"a"}""");
        stage.Simulator.Quota.Exhaust();
        using var spent = await stage.RespondAsync("""{"model":"gpt-5.5","input":"a"}""");

        ((int)busy.StatusCode).ShouldBe(503);
        (await ErrorAsync(busy)).Type.ShouldBe("server_error");
        ((int)spent.StatusCode).ShouldBe(429);
        var error = (await spent.JsonAsync()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("usage_limit_reached");
        error.GetProperty("type").GetString().ShouldBe("usage_limit_reached");
        error
            .GetProperty("resets_at")
            .GetInt64()
            .ShouldBeGreaterThan(DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds());
        spent.Headers.Contains("retry-after").ShouldBeTrue();
        spent.Headers.ShouldNotContain(header => header.Key.StartsWith("anthropic"));
    }

    [Theory]
    [InlineData("/v1/responses/a/b/c", "error")]
    [InlineData("/v1/chat/none", "error")]
    [InlineData("/v1/models/no-such", "error")]
    [InlineData("/v1/nothing", "type")]
    public async Task The_path_decides_in_whose_words_an_error_is_told(string path, string firstMember)
    {
        await using var stage = await Stage.StartAsync();

        using var response = await stage.SendAsync(HttpMethod.Get, path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.JsonAsync()).EnumerateObject().First().Name.ShouldBe(firstMember);
    }

    [Fact]
    public async Task The_door_speaks_in_the_callers_words_too()
    {
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                Server = options.Server with { ClientKeys = [new("right")] },
            }
        );

        using var response = await stage.RespondAsync("""{"model":"gpt-5.5","input":"a"}""", key: "wrong");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ErrorAsync(response)).Code.ShouldBe("invalid_api_key");
    }

    private static async Task<(string? Type, string Message, string? Param, string? Code)> ErrorAsync(
        HttpResponseMessage response
    )
    {
        var error = (await response.JsonAsync()).GetProperty("error");
        return (
            error.GetProperty("type").GetString(),
            error.GetProperty("message").GetString()!,
            error.GetProperty("param").GetString(),
            error.GetProperty("code").GetString()
        );
    }
}
