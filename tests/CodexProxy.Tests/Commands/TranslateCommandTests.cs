using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Endpoints;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>What a request would become, without sending it.</summary>
public sealed class TranslateCommandTests
{
    private const string Body =
        """{"model":"claude-opus-5-5","max_tokens":1024,"temperature":1,"metadata":{"user_id":"{\"session_id\":\"s-1\"}"},"system":"Be brief.","messages":[{"role":"user","content":"Hello <you>."}]}""";

    [Fact]
    public async Task A_file_is_shown_to_people_without_sign_in_and_server()
    {
        using var run = new CommandRun();
        var file = run.Folder.Write("request.json", Body);

        (await run.RunAsync("translate", file)).ShouldBe(ExitCode.Done);

        run.Output.ShouldContain("claude-opus-5-5 -> gpt-6.1-sol");
        run.Output.ShouldContain("session    s-1");
        run.Output.ShouldContain("  dropped       temperature\n");
        run.Output.ShouldContain("  emulated      max_tokens\n");
        run.Output.ShouldContain("  \"instructions\": \"Be brief.\"");
        run.Output.ShouldContain("Hello <you>.");
        run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Standard_input_is_shown_to_programs_as_json()
    {
        using var run = new CommandRun { Typed = new StringReader(Body), IsPiped = true };

        (await run.RunAsync("translate", "-", "--json")).ShouldBe(ExitCode.Done);

        using var shown = JsonDocument.Parse(run.Output);
        Check(shown.RootElement);
    }

    [Theory]
    [InlineData(
        "chat",
        """{"model":"gpt-6.1-sol","temperature":1,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi."}]}""",
        "temperature=dropped"
    )]
    [InlineData(
        "responses",
        """{"model":"gpt-6.1-sol","instructions":"Be brief.","max_output_tokens":50,"input":"Hi."}""",
        "max_output_tokens=dropped"
    )]
    public async Task Every_protocol_of_a_client_is_read(string api, string body, string loss)
    {
        using var run = new CommandRun { Typed = new StringReader(body), IsPiped = true };
        await using var stage = await Stage.StartAsync();

        (await run.RunAsync("translate", "-", "--api", api, "--json")).ShouldBe(ExitCode.Done);
        using var answer = await PostAsync(stage, stage.Gateway.Get<ManagementToken>().Value.Reveal(), api, body);

        foreach (var json in (string[])[run.Output, await answer.Content.ReadAsStringAsync()])
        {
            using var shown = JsonDocument.Parse(json);
            var sent = shown.RootElement.GetProperty("upstream");
            sent.GetProperty("instructions").GetString().ShouldBe("Be brief.");
            sent.GetProperty("input")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Hi.");
            shown
                .RootElement.GetProperty("losses")
                .EnumerateArray()
                .Select(lost => $"{lost.GetProperty("path")}={lost.GetProperty("kind")}")
                .ShouldContain(loss);
        }

        stage.Simulator.Requests.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_protocol_that_nobody_speaks_is_refused()
    {
        using var run = new CommandRun();
        await using var stage = await Stage.StartAsync();

        (await run.RunAsync("translate", "-", "--api", "smoke")).ShouldBe(ExitCode.WrongUsage);
        using var answer = await PostAsync(stage, stage.Gateway.Get<ManagementToken>().Value.Reveal(), "smoke", Body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("api: must be one of messages, chat, responses");
    }

    [Theory]
    [InlineData("{", "This request would be refused: The request body is not valid JSON: line 1, byte 2")]
    [InlineData("{\"model\":\"claude-opus-5-5\",\"messages\":[]}", "This request would be refused: messages")]
    public async Task What_would_be_refused_is_told(string body, string sentence)
    {
        using var run = new CommandRun();
        var file = run.Folder.Write("request.json", body);

        (await run.RunAsync("translate", file)).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldContain(sentence);
    }

    [Fact]
    public async Task A_missing_file_is_told()
    {
        using var run = new CommandRun();

        (await run.RunAsync("translate", run.Folder["none.json"])).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldContain("none.json cannot be read");
    }

    [Fact]
    public async Task The_server_shows_it_to_who_has_the_token_and_sends_nothing()
    {
        await using var stage = await Stage.StartAsync();
        var token = stage.Gateway.Get<ManagementToken>().Value.Reveal();

        using var without = await PostAsync(stage, null);
        using var foreign = await PostAsync(stage, token, ("Origin", "https://example.com"));
        using var with = await PostAsync(stage, token);

        without.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        with.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var shown = JsonDocument.Parse(await with.Content.ReadAsStringAsync());
        Check(shown.RootElement);
        stage.Simulator.Requests.All.ShouldBeEmpty();
    }

    private static void Check(JsonElement shown)
    {
        shown.GetProperty("requested_model").GetString().ShouldBe("claude-opus-5-5");
        shown.GetProperty("model").GetString().ShouldBe("gpt-6.1-sol");
        shown.GetProperty("session").GetString().ShouldBe("s-1");
        shown.GetProperty("prompt_cache_key").GetString().ShouldNotBeNull().ShouldStartWith("s-1-");
        shown.GetProperty("input_tokens").GetInt32().ShouldBeInRange(5, 60);
        shown.GetProperty("client").GetProperty("temperature").GetInt32().ShouldBe(1);
        shown.GetProperty("upstream").GetProperty("instructions").GetString().ShouldBe("Be brief.");
        shown
            .GetProperty("losses")
            .EnumerateArray()
            .Select(loss => $"{loss.GetProperty("path")}={loss.GetProperty("kind")}")
            .ShouldBe(["temperature=dropped", "max_tokens=emulated"]);
    }

    private static Task<HttpResponseMessage> PostAsync(
        Stage stage,
        string? token,
        params (string Name, string Value)[] headers
    ) => PostAsync(stage, token, "messages", Body, headers);

    private static Task<HttpResponseMessage> PostAsync(
        Stage stage,
        string? token,
        string api,
        string body,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/debug/translate?api={api}")
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.TryAddWithoutValidation(ManagementGuard.TokenHeader, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return stage.Gateway.Http.SendAsync(request);
    }
}
