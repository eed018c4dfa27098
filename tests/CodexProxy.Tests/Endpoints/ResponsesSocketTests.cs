using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

public sealed class ResponsesSocketTests
{
    private const string Hello = """{"type":"response.create","model":"gpt-5.5","input":"Hello."}""";

    [Fact]
    public async Task A_turn_streams_as_frames_and_the_next_goes_on_from_it()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Call("read", ("path", "/x")));
        stage.Simulator.Next(Turn.Text("It says so."));
        using var socket = await stage.ConnectAsync();
        const string tools = """ "tools":[{"type":"function","name":"read","parameters":{"type":"object"}}] """;

        await socket.SendAsync($$"""{"type":"response.create","model":"gpt-5.5",{{tools}},"input":"Read x."}""");
        var first = await socket.ReadAnswerAsync();
        var id = first[^1].GetProperty("response").GetProperty("id").GetString();
        var call = first[^1].GetProperty("response").GetProperty("output")[0].GetProperty("call_id").GetString();
        await socket.SendAsync(
            $$"""
            {"type":"response.create","model":"gpt-5.5",{{tools}},"previous_response_id":"{{id}}",
             "input":[{"type":"function_call_output","call_id":"{{call}}","output":"so"}]}
            """
        );
        var second = await socket.ReadAnswerAsync();

        first[0].GetProperty("type").GetString().ShouldBe("response.created");
        first
            .Select(frame => frame.GetProperty("sequence_number").GetInt32())
            .ShouldBe(Enumerable.Range(0, first.Count));
        second[^1].GetProperty("type").GetString().ShouldBe("response.completed");
        second[^1].GetRawText().ShouldContain("It says so.");
        stage.Simulator.Requests.Last!.Items.Count.ShouldBe(3);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Fact]
    public async Task A_warm_up_is_answered_here_and_gone_on_from()
    {
        await using var stage = await Stage.StartAsync();
        using var socket = await stage.ConnectAsync();

        await socket.SendAsync("""{"type":"response.create","model":"gpt-5.5","input":[],"generate":false}""");
        var warm = await socket.ReadAnswerAsync();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(0);
        var id = warm[^1].GetProperty("response").GetProperty("id").GetString();
        await socket.SendAsync(
            $$"""{"type":"response.create","model":"gpt-5.5","previous_response_id":"{{id}}","input":"Hello."}"""
        );
        var answer = await socket.ReadAnswerAsync();

        warm.Select(Type).ShouldBe(["response.created", "response.completed"]);
        answer[^1].GetProperty("type").GetString().ShouldBe("response.completed");
    }

    [Fact]
    public async Task The_vendors_lite_shape_goes_up_as_it_is()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.CustomCall("exec", "text('hi')"));
        using var captured = JsonDocument.Parse(
            await File.ReadAllBytesAsync(
                Repository.File("tests/Fixtures/codex-backend/captured/websocket-session-gpt-6.1-sol.json")
            )
        );
        using var socket = await stage.ConnectAsync(agent: "codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm");

        var ids = new List<string?>();
        var frames = captured.RootElement.GetProperty("frames").EnumerateArray().ToList();
        foreach (var frame in frames.Take(2))
        {
            var json = frame.GetRawText();
            await socket.SendAsync(ids.Count == 0 ? json : json.Replace("resp_warm_1", ids[^1]));
            var answer = await socket.ReadAnswerAsync();
            answer[^1].GetProperty("type").GetString().ShouldBe("response.completed", answer[^1].GetRawText());
            ids.Add(answer[^1].GetProperty("response").GetProperty("id").GetString());
        }

        var sent = stage.Simulator.Requests.Last!;
        sent.Header("x-openai-internal-codex-responses-lite").ShouldBe("true");
        sent.Body.TryGetProperty("tools", out _).ShouldBeFalse();
        sent.Items[0].GetProperty("type").GetString().ShouldBe("additional_tools");
        sent.Body.GetProperty("client_metadata").GetProperty("session_id").GetString().ShouldNotBeNull();
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{", "invalid_request_error", null)]
    [InlineData("""{"type":"response.cancel","model":"gpt-5.5"}""", "invalid_request_error", "type")]
    [InlineData(
        """{"type":"response.create","model":"gpt-5.5","previous_response_id":"resp_no","input":"a"}""",
        "invalid_request_error",
        "previous_response_id"
    )]
    public async Task A_frame_that_cannot_be_served_is_refused_and_the_connection_stays(
        string frame,
        string type,
        string? param
    )
    {
        await using var stage = await Stage.StartAsync();
        using var socket = await stage.ConnectAsync();

        await socket.SendAsync(frame);
        var refusal = (await socket.ReadAnswerAsync()).ShouldHaveSingleItem();
        await socket.SendAsync(Hello);
        var answer = await socket.ReadAnswerAsync();

        refusal.GetProperty("status").GetInt32().ShouldBe(400);
        refusal.GetProperty("error").GetProperty("type").GetString().ShouldBe(type);
        refusal.GetProperty("error").GetProperty("param").GetString().ShouldBe(param);
        answer[^1].GetProperty("type").GetString().ShouldBe("response.completed");
    }

    [Fact]
    public async Task A_report_of_the_vendors_client_is_not_answered()
    {
        await using var stage = await Stage.StartAsync();
        using var socket = await stage.ConnectAsync();

        await socket.SendAsync("""{"type":"response.processed","response_id":"resp_1"}""");
        await socket.SendAsync(Hello);

        (await socket.ReadAnswerAsync())[^1].GetProperty("type").GetString().ShouldBe("response.completed");
    }

    [Fact]
    public async Task An_upstream_failure_before_output_is_an_error_frame_with_its_status()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Quota.Exhaust();
        using var socket = await stage.ConnectAsync();

        await socket.SendAsync(Hello);
        var refusal = (await socket.ReadAnswerAsync()).ShouldHaveSingleItem();

        refusal.GetProperty("status").GetInt32().ShouldBe(429);
        refusal.GetProperty("error").GetProperty("type").GetString().ShouldBe("usage_limit_reached");
        refusal.GetProperty("error").TryGetProperty("resets_at", out _).ShouldBeTrue();
        refusal.GetProperty("headers").TryGetProperty("retry-after", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream_at_once()
    {
        await using var stage = await Stage.StartAsync();
        var gate = new Gate();
        stage.Simulator.Next(Turn.PartialText("Wait").Hold(gate).Text("never"));
        var socket = await stage.ConnectAsync();

        await socket.SendAsync(Hello);
        await gate.Reached;
        socket.Dispose();

        var captured = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        (await captured.Ended).ShouldBe(RequestEnding.CallerGone);
    }

    [Fact]
    public async Task Foreign_pages_get_no_socket_and_a_plain_GET_is_told_what_is_here()
    {
        await using var stage = await Stage.StartAsync();

        var refused = await Should.ThrowAsync<WebSocketException>(() =>
            stage.ConnectAsync(origin: "https://evil.example")
        );
        using var plain = await stage.SendAsync(HttpMethod.Get, "/v1/responses");

        refused.Message.ShouldContain("403");
        plain.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        plain.Headers.Upgrade.ToString().ShouldBe("websocket");
    }

    private static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();
}
