using System.Net;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Endpoints;
using CodexProxy.Records;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Records;

/// <summary>Bodies are written down only while somebody has switched that on.</summary>
public sealed class BodyRecorderTests
{
    private const string Key = "sk-canary0123456789";
    private const string Question =
        "{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"The key is\\n"
        + Key
        + ", my mail\\nmia@example.com.\"}]}";

    [Fact]
    public async Task What_the_client_said_what_went_up_and_what_came_back_is_written_without_keys_and_addresses()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.HttpError(500, "server_error", "Boom"));
        stage.Simulator.Next(Turn.Text("Fine."));
        using var on = await PostAsync(stage, "/api/recording?minutes=5");
        (await on.JsonAsync()).GetProperty("until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);

        var kept = Kept(stage);
        using var answer = await stage.PostAsync(Question);
        await kept;

        (await answer.JsonAsync()).GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Fine.");
        var file = Directory.GetFiles(Path.Combine(stage.Gateway.Home, "recordings")).Single();
        Path.GetFileNameWithoutExtension(file).ShouldBe(answer.Headers.GetValues("request-id").Single());
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var text = await File.ReadAllTextAsync(file);
        text.ShouldNotContain(Key);
        text.ShouldNotContain("mia@example.com");
        using var recording = JsonDocument.Parse(text);
        var root = recording.RootElement;
        root.GetProperty("complete").GetBoolean().ShouldBeTrue();
        root.GetProperty("client")
            .GetProperty("messages")[0]
            .GetProperty("content")
            .GetString()
            .ShouldBe("The key is\n***, my mail\n***.");
        var attempts = root.GetProperty("attempts");
        attempts.GetArrayLength().ShouldBe(2);
        attempts[0].GetProperty("failure").GetProperty("status").GetInt32().ShouldBe(500);
        attempts[1].GetProperty("sent").GetProperty("model").GetString().ShouldBe("gpt-6.1-sol");
        attempts[1]
            .GetProperty("events")
            .EnumerateArray()
            .Select(one => one.GetProperty("type").GetString())
            .ShouldContain("response.completed");
    }

    [Fact]
    public async Task Nothing_is_written_before_it_is_switched_on_nor_after_it_is_over()
    {
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(time: time);
        using var before = await stage.PostAsync(Question);
        using var on = await PostAsync(stage, "/api/recording?minutes=1");
        time.Advance(TimeSpan.FromMinutes(1));

        var kept = Kept(stage);
        using var after = await stage.PostAsync(Question);
        await kept;
        using var state = await PostAsync(stage, "/api/recording/stop");

        after.StatusCode.ShouldBe(HttpStatusCode.OK);
        Directory.GetFiles(Path.Combine(stage.Gateway.Home, "recordings")).ShouldBeEmpty();
        (await state.JsonAsync()).TryGetProperty("until", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-6.1-sol","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/responses", """{"model":"gpt-6.1-sol","input":"Hi"}""")]
    public async Task Every_face_is_recorded(string path, string body)
    {
        await using var stage = await Stage.StartAsync();
        stage.Gateway.Get<BodyRecorder>().Start(TimeSpan.FromMinutes(1));

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var kept = Kept(stage);
        using var answer = await stage.Gateway.Http.PostAsync(path, content);
        await kept;

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var file = Directory.GetFiles(stage.Gateway.Get<BodyRecorder>().Folder).Single();
        using var recording = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        recording.RootElement.GetProperty("attempts")[0].GetProperty("events").GetArrayLength().ShouldBeGreaterThan(3);
        stage.Gateway.Get<BodyRecorder>().State.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_ends_it_and_no_request()
    {
        await using var stage = await Stage.StartAsync();
        var recorder = stage.Gateway.Get<BodyRecorder>();
        recorder.Start(TimeSpan.FromMinutes(1));
        Directory.Delete(recorder.Folder);
        await File.WriteAllTextAsync(recorder.Folder, "no folder");

        var kept = Kept(stage);
        using var answer = await stage.PostAsync(Question);
        await kept;

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        recorder.State.Until.ShouldBeNull();
        stage.Gateway.Log.Lines.ShouldContain(line => line.Contains("A recording could not be written"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("61")]
    [InlineData("ten")]
    public async Task A_time_that_is_none_is_refused(string minutes)
    {
        await using var stage = await Stage.StartAsync();

        using var answer = await PostAsync(stage, $"/api/recording?minutes={minutes}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stage.Gateway.Get<BodyRecorder>().State.Until.ShouldBeNull();
    }

    [Fact]
    public async Task The_switch_needs_the_token_of_the_run()
    {
        await using var stage = await Stage.StartAsync();

        using var answer = await stage.Gateway.Http.PostAsync("/api/recording", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        stage.Gateway.Get<BodyRecorder>().State.Until.ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_server_the_command_says_so()
    {
        using var run = new CommandRun();

        (await run.RunAsync("record")).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldContain("No server is running");
    }

    // The client has its answer before the record is kept.
    private static Task Kept(Stage stage)
    {
        var kept = new TaskCompletionSource();
        stage.Gateway.Get<RequestBook>().Added += _ => kept.TrySetResult();
        return kept.Task;
    }

    private static Task<HttpResponseMessage> PostAsync(Stage stage, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add(ManagementGuard.TokenHeader, stage.Gateway.Get<ManagementToken>().Value.Reveal());
        return stage.Gateway.Http.SendAsync(request);
    }
}
