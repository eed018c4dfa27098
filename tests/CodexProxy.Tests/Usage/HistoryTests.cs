using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using CodexProxy.Tests.Upstreams;
using CodexProxy.Usage;
using RequestEnding = CodexProxy.Records.RequestEnding;

namespace CodexProxy.Tests.Usage;

/// <summary>Whoever asks, and however it ends, a request is in the history.</summary>
public sealed class HistoryTests
{
    private const string Codex = "codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)";

    [Fact]
    public async Task A_request_of_claude_code_tells_project_tools_and_ending()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Call("Read", ("file_path", "/x")).Usage(2000, 0, 30, 10));
        const string json = """
            {"model":"claude-opus-5-5","max_tokens":1024,"stream":true,
             "system":[{"type":"text","text":"You are Claude Code.\n# Environment\n - Primary working directory: /srv/secret/my shop\n - Platform: linux"}],
             "tools":[{"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}}}}],
             "messages":[
               {"role":"user","content":"Look."},
               {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{}},{"type":"tool_use","id":"toolu_2","name":"Read","input":{}},{"type":"tool_use","id":"toolu_3","name":"Read","input":{}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":"no"},{"type":"tool_result","tool_use_id":"toolu_2","is_error":true,"content":"no"},{"type":"tool_result","tool_use_id":"toolu_3","content":"yes"}]}]}
            """;

        using var response = await stage.PostAsync(json);
        await Stage.ReadStreamAsync(response);

        var record = await LastAsync(stage);
        record.RequestId.ShouldBe(response.Headers.GetValues("request-id").Single());
        record.Face.ShouldBe(RequestFace.Messages);
        record.Client.ShouldBe("claude-cli/2.1.329");
        record.Product.ShouldBe("claude-cli");
        record.Project.ShouldBe("my shop");
        record.StopReason.ShouldBe("tool_use");
        record.ToolCalls.ShouldBe(1);
        record.ToolErrors.ShouldBe(2);
        record.Upstream.ShouldBeNull();
        record.Account.ShouldNotBeNull().Length.ShouldBe(12);
        record.Tokens!.Input.ShouldBe(2000);
        (record.At - record.Started).ShouldBe(record.Total, TimeSpan.FromMilliseconds(5));

        // A side request does not name the project; its session did.
        using var side = await stage.PostAsync(
            """{"model":"claude-opus-5-5","max_tokens":100,"messages":[{"role":"user","content":"A title for this?"}]}"""
        );
        (await LastAsync(stage, 2)).ShouldSatisfyAllConditions(
            title => title.Project.ShouldBe("my shop"),
            title => title.StopReason.ShouldBe("end_turn"),
            title => title.ToolErrors.ShouldBe(0)
        );
        File.ReadAllText(Path.Combine(stage.Gateway.Home, "usage.db"), Encoding.Latin1).ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_other_protocols_are_recorded_too()
    {
        await using var stage = await Stage.StartAsync();
        await PostAsync(
            stage,
            "/v1/chat/completions",
            """{"model":"gpt-5.5","messages":[{"role":"user","content":"Hi"}]}""",
            "OpenAI/Python 2.1"
        );
        var chat = await LastAsync(stage);
        stage.Simulator.Next(Turn.Call("read", ("path", "/x")));
        await PostAsync(
            stage,
            "/v1/responses",
            """{"model":"gpt-5.5","input":"Hi","tools":[{"type":"function","name":"read","parameters":{"type":"object"}}]}""",
            "curl/8.0"
        );
        var responses = await LastAsync(stage, 2);

        chat.Face.ShouldBe(RequestFace.Chat);
        chat.Client.ShouldBeNull("it is no product and version");
        chat.StopReason.ShouldBe("end_turn");
        chat.Project.ShouldBeNull();
        responses.Face.ShouldBe(RequestFace.Responses);
        responses.Client.ShouldBe("curl/8.0");
        responses.StopReason.ShouldBe("tool_use");
        responses.ToolCalls.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_vendors_client_used_is_read_as_it_passes()
    {
        await using var stage = await Stage.StartAsync(new SimulatorOptions { RequireInstructions = false });
        stage.Simulator.Next(Turn.Text("Hello.").Call("shell", ("x", "y")).Usage(5000, 4096, 70, 20));

        await PostAsync(stage, "/v1/responses", VendorBody(), Codex);

        var record = await LastAsync(stage);
        record.Face.ShouldBe(RequestFace.Vendor);
        record.Client.ShouldBe("codex_exec/0.169.0");
        record.RequestedModel.ShouldBe("gpt-5.5");
        record.Status.ShouldBe(200);
        record.ServedModel.ShouldBe("gpt-5.5");
        record.Tokens.ShouldBe(new TokenCounts(5000, 4096, 0, 70, 20));
        record.ToolCalls.ShouldBe(1);
        record.StopReason.ShouldBe("tool_use");
        record.Ending.ShouldBe(RequestEnding.Answered);
        record.Attempts.Count.ShouldBe(1);
        record.FirstByte.ShouldNotBeNull();
        record.Account.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_refusal_of_the_backend_to_the_vendors_client_is_recorded_as_one()
    {
        await using var stage = await Stage.StartAsync(new SimulatorOptions { RequireInstructions = false });
        stage.Simulator.Quota.Exhaust();

        await PostAsync(stage, "/v1/responses", VendorBody(), Codex);

        var record = await LastAsync(stage);
        record.Ending.ShouldBe(RequestEnding.Failed);
        record.Status.ShouldBe(429);
        record.Failure.ShouldBe("UsageLimit");
        record.Tokens.ShouldBeNull();
    }

    [Theory]
    [InlineData(
        "/v1/messages",
        """{"model":"no-such-model-at-all","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""",
        "no-such-model-at-all",
        404
    )]
    [InlineData("/v1/messages", """{"model":""", "", 400)]
    [InlineData(
        "/v1/chat/completions",
        """{"model":"my password: x","messages":[{"role":"user","content":"Hi"}]}""",
        "",
        404
    )]
    [InlineData("/v1/responses", """{"model":"gpt-5.5"}""", "gpt-5.5", 400)]
    public async Task A_request_that_is_refused_at_the_door_is_recorded(
        string path,
        string body,
        string model,
        int status
    )
    {
        await using var stage = await Stage.StartAsync();

        await PostAsync(stage, path, body, "curl/8.0");

        var record = await LastAsync(stage);
        record.Ending.ShouldBe(RequestEnding.Failed);
        record.Status.ShouldBe(status);
        record.RequestedModel.ShouldBe(model);
        record.Failure.ShouldNotBeNull();
        record.Attempts.ShouldBeEmpty();
        record.Client.ShouldBe("curl/8.0");
    }

    [Fact]
    public async Task Without_a_login_every_protocol_leaves_one_record()
    {
        await using var stage = await Stage.StartAsync(signedIn: false);

        await PostAsync(
            stage,
            "/v1/messages",
            """{"model":"claude-opus-5-5","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""",
            "curl/8.0"
        );
        (await LastAsync(stage)).Status.ShouldBe(401);
        await PostAsync(stage, "/v1/responses", VendorBody(), Codex);
        (await LastAsync(stage, 2)).ShouldSatisfyAllConditions(
            record => record.Face.ShouldBe(RequestFace.Vendor),
            record => record.Status.ShouldBe(401)
        );
        (await ListAsync(stage)).Total.ShouldBe(2);
    }

    [Fact]
    public async Task An_alternate_upstream_is_named()
    {
        await using var stage = await UpstreamStage.StartAsync();
        stage.Other.Stream(UpstreamStage.Text("Hi.", "stop"), "[DONE]");

        await PostAsync(
            stage.Stage,
            "/v1/messages",
            """{"model":"other/m","max_tokens":300,"messages":[{"role":"user","content":"Hi"}]}""",
            "curl/8.0"
        );

        var record = await LastAsync(stage.Stage);
        record.Upstream.ShouldBe("other");
        record.Account.ShouldBeNull();
    }

    [Fact]
    public async Task Each_frame_of_a_socket_has_a_record_and_an_id_of_its_own()
    {
        await using var stage = await Stage.StartAsync();
        using var socket = await stage.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            await socket.SendAsync("""{"type":"response.create","model":"gpt-5.5","input":"Hello."}""");
            await socket.ReadAnswerAsync();
            await LastAsync(stage, i + 1);
        }

        var page = await ListAsync(stage);
        page.Total.ShouldBe(2);
        page.Requests.ShouldAllBe(record => record.Face == RequestFace.Responses && record.Status == 200);
    }

    [Fact]
    public async Task A_history_that_somebody_removes_is_begun_anew()
    {
        const string json =
            """{"model":"claude-opus-5-5","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""";
        await using var stage = await Stage.StartAsync();
        await PostAsync(stage, "/v1/messages", json, "curl/8.0");
        await LastAsync(stage);
        foreach (var file in Directory.GetFiles(stage.Gateway.Home, "usage.db*"))
        {
            File.Delete(file);
        }

        await PostAsync(stage, "/v1/messages", json, "wget/1.0");

        (await LastAsync(stage)).Client.ShouldBe("wget/1.0");
        (await ListAsync(stage)).Total.ShouldBe(1);
    }

    [Fact]
    public async Task Switched_off_nothing_is_written()
    {
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                Usage = options.Usage with { Store = UsageStoreKind.Off },
            }
        );

        await PostAsync(
            stage,
            "/v1/messages",
            """{"model":"claude-opus-5-5","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""",
            "curl/8.0"
        );
        await stage.Gateway.Get<UsageWriter>().ReadAsync(CancellationToken.None);

        File.Exists(Path.Combine(stage.Gateway.Home, "usage.db")).ShouldBeFalse();
    }

    private static string VendorBody()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(Repository.File("tests/Fixtures/codex-backend/captured/http-classic-gpt-5.5.json"))
        );
        return document.RootElement.GetProperty("body_decoded").GetRawText();
    }

    private static async Task PostAsync(Stage stage, string path, string body, string agent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.TryAddWithoutValidation("user-agent", agent);
        request.Headers.TryAddWithoutValidation("authorization", "Bearer any");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        request.Headers.TryAddWithoutValidation("accept", agent == Codex ? "text/event-stream" : "*/*");
        using var response = await stage.Gateway.Http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
    }

    // The record is written after the last byte, so the client may be ahead of it.
    private static async Task<RequestRecord> LastAsync(Stage stage, int count = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var page = await ListAsync(stage);
            if (page.Total >= count)
            {
                return page.Requests[0];
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<RequestPage> ListAsync(Stage stage)
    {
        var reader = await stage.Gateway.Get<UsageWriter>().ReadAsync(CancellationToken.None);
        return await reader.ListAsync(new RequestQuery(), CancellationToken.None);
    }
}
