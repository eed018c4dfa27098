using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Replay;

/// <summary>A bundle is written by the running server, holds no content, and plays to the same end.</summary>
public sealed class BundleTests
{
    private const string Hello = """
        {"model":"claude-opus-5-5","max_tokens":1024,"stream":true,"thinking":{"type":"adaptive"},"system":"You are an agent.",
         "tools":[{"name":"Read","description":"Reads a file.","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}}}}],
         "messages":[{"role":"user","content":[{"type":"text","text":"Hello."},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}}]},
          {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{"file_path":"/etc/hosts"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"127.0.0.1 localhost"}]}]}
        """;

    /// <summary>What the upstream does, by name.</summary>
    public static TheoryData<string> Plays => [.. Scripts.Keys];

    private static Dictionary<string, TurnPlan[]> Scripts { get; } =
        new()
        {
            ["an answer"] = [Turn.Reasoning("Considering.").Text("A longer answer in several deltas, to be sure.")],
            ["a call"] = [Turn.Reasoning("Look.").Commentary("Reading.").Call("Read", """{"file_path":"/a"}""", 3)],
            ["two calls at once"] =
            [
                Turn.Interleaved(
                    PlannedCall.Of("Read", """{"file_path":"/a"}""", 4),
                    PlannedCall.Of("Read", """{"file_path":"/bb"}""", 5)
                ),
            ],
            ["an empty call"] = [Turn.Call("Read", "{}")],
            ["a refusal"] = [Turn.Refusal("I will ", "not.")],
            ["a search"] = [Turn.WebSearch("weather", new Source("https://example.com")).Text("Fine.")],
            ["an answer that is cut at the limit"] = [Turn.Text("Half").EndsIncomplete()],
            ["an answer without counts"] = [Turn.Text("Hm.").OmitUsage()],
            ["an answer in two parts"] = [Turn.Commentary("Wait.").EndTurnFalse(), Turn.Text("Done.")],
            ["an empty answer and another"] = [Turn.Nothing, Turn.Text("Here.")],
            ["overloads that pass"] =
            [
                Turn.OverloadInside200(),
                Turn.HttpError(503, "server_is_overloaded"),
                Turn.Text("At last."),
            ],
            ["an overload that stays"] =
            [
                Turn.HttpError(503, "server_is_overloaded"),
                Turn.HttpError(503, "server_is_overloaded"),
                Turn.HttpError(503, "server_is_overloaded"),
            ],
            ["a limit that is waited out"] =
            [
                Turn.HttpError(429, "rate_limit_exceeded", "Please try again in 20ms."),
                Turn.Text("Now."),
            ],
            ["a spent plan"] = [Turn.HttpError(429, "usage_limit_reached")],
            ["a window that is full"] = [Turn.Fails("context_length_exceeded")],
            ["a refused form"] =
            [
                Turn.HttpError(HttpReply.Detail(400, "Unsupported parameter: reasoning.effort")),
                Turn.Text("So."),
            ],
            ["a bot wall"] =
            [
                Turn.HttpError(new HttpReply(403, "<html>no</html>", "text/html")),
                Turn.Text("Through."),
            ],
            ["a fault in the stream"] = [.. Enumerable.Repeat(Turn.ErrorEvent("server_error"), 3)],
            ["a stream that is cut in the middle"] = [Turn.PartialText("Hel", "lo").ResetConnection(5)],
            ["a stream without an end"] = [Turn.Reasoning("Hm.").EndsWithoutTerminal()],
            ["streams without an end or a beginning"] = [.. Enumerable.Repeat(Turn.Nothing.EndsWithoutTerminal(), 3)],
            ["more events than are kept"] = [Turn.Text(new string('x', 5000), 1)],
            ["a connection that breaks at once"] = [Turn.ResetConnection(), Turn.Text("Again.")],
        };

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task A_bundle_plays_to_the_same_end(string play)
    {
        await using var stage = await HonestyStage.StartAsync();
        foreach (var turn in Scripts[play])
        {
            stage.World.Simulator.Next(turn);
        }

        var record = await stage.AskAsync(Hello);

        record.Attempts.Count.ShouldBe(Scripts[play].Length);
        await ReplayLastAsync(stage);
    }

    [Fact]
    public async Task A_client_that_left_leaves_again()
    {
        await using var stage = await HonestyStage.StartAsync();
        stage.World.Simulator.Next(Turn.PartialText("Hel").Hold(new Gate()));
        using (var left = await stage.World.PostAsync(Hello))
        {
            left.IsSuccessStatusCode.ShouldBeTrue();
        }

        await stage.RecordedAsync(1);

        await ReplayLastAsync(stage);
    }

    [Fact]
    public async Task A_silence_is_played_shorter_than_it_was()
    {
        await using var stage = await HonestyStage.StartAsync(options =>
            options with
            {
                Upstream = options.Upstream with { IdleTimeout = TimeSpan.FromMilliseconds(300) },
            }
        );
        stage.World.Simulator.Next(Turn.Hold(new Gate()));
        stage.World.Simulator.Next(Turn.Text("Here."));
        (await stage.AskAsync(Hello)).Attempts[0].Failure!.Kind.ShouldBe("Silence");

        await ReplayLastAsync(stage);
    }

    [Fact]
    public async Task Another_account_is_another_account_again()
    {
        await using var stage = await HonestyStage.StartAsync(options =>
            options with
            {
                Accounts = options.Accounts with { Rotation = true },
            }
        );
        await stage.World.SignInAsync("first@example.com");
        await stage.World.SignInAsync("second@example.com");
        stage.World.Simulator.Next(Turn.HttpError(429, "usage_limit_reached"));
        stage.World.Simulator.Next(Turn.Text("From the other one."));
        (await stage.AskAsync(Hello)).Attempts.Select(attempt => attempt.Account).ShouldBe([0, 1]);

        await ReplayLastAsync(stage);
    }

    [Fact]
    public async Task Another_program_would_be_found_out()
    {
        await using var stage = await HonestyStage.StartAsync();
        stage.World.Simulator.Next(Turn.Text("Hello."));
        var record = await stage.AskAsync(Hello);
        var file = stage.Commands.Folder["bundle.json"];
        await stage.Commands.RunAsync("bundle", "last", "-o", file);
        var text = await File.ReadAllTextAsync(file);
        text.ShouldContain(record.RequestId);
        await File.WriteAllTextAsync(file, text.Replace("\"status\":200", "\"status\":529"));

        (await stage.Commands.RunAsync("replay", file)).ShouldBe(ExitCode.Failed);

        stage.Commands.Output.ShouldContain("status: recorded 529, played 200");
        stage.Commands.Output.ShouldContain("The replay ended otherwise than the request did.");
    }

    [Fact]
    public async Task An_answer_that_the_gateway_ended_cannot_be_played()
    {
        await using var stage = await HonestyStage.StartAsync();
        stage.World.Simulator.Next(Turn.Text("One END two."));
        await stage.AskAsync(Hello.Replace("\"stream\":true", "\"stream\":true,\"stop_sequences\":[\"END\"]"));
        var file = stage.Commands.Folder["bundle.json"];
        await stage.Commands.RunAsync("bundle", "last", "-o", file);

        (await stage.Commands.RunAsync("replay", file)).ShouldBe(ExitCode.Failed);

        stage.Commands.Messages.ShouldContain("The gateway ended this answer by itself");
    }

    [Theory]
    [InlineData("{}", "This is no bundle")]
    [InlineData("{", "The bundle cannot be read")]
    [InlineData("{\"format\":\"codex-proxy-bundle/1\"}", "The bundle cannot be read")]
    public async Task A_file_that_is_no_bundle_is_refused(string content, string sentence)
    {
        using var run = new CommandRun();
        var file = run.Folder.Write("bundle.json", content);

        (await run.RunAsync("replay", file)).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldContain(sentence);
    }

    [Fact]
    public async Task An_unknown_request_is_told()
    {
        await using var stage = await HonestyStage.StartAsync();

        (await stage.Commands.RunAsync("bundle", "req_none")).ShouldBe(ExitCode.Failed);

        stage.Commands.Messages.ShouldContain("This request is not known");
    }

    private static async Task ReplayLastAsync(HonestyStage stage)
    {
        var file = stage.Commands.Folder["bundle.json"];
        (await stage.Commands.RunAsync("bundle", "last", "-o", file)).ShouldBe(ExitCode.Done);

        var code = await stage.Commands.RunAsync("replay", file);

        code.ShouldBe(ExitCode.Done, stage.Commands.Output + stage.Commands.Messages);
        stage.Commands.Output.ShouldContain("The replay ended as the request did.");
        stage.Commands.Output.ShouldNotContain("refused ");
    }

    [Fact]
    public async Task A_bundle_has_the_shape_of_the_request()
    {
        await using var stage = await HonestyStage.StartAsync();
        var record = await stage.AskAsync(Hello);

        await stage.Commands.RunAsync("bundle", record.RequestId);

        using var bundle = JsonDocument.Parse(stage.Commands.Output);
        var request = bundle.RootElement.GetProperty("request");
        var body = request.GetProperty("body");
        body.GetProperty("instructions").GetString()!.Length.ShouldBe("You are an agent.".Length);
        var input = body.GetProperty("input");
        input[0].GetProperty("content")[0].GetProperty("text").GetString()!.Length.ShouldBe("Hello.".Length);
        input[0]
            .GetProperty("content")[1]
            .GetProperty("image_url")
            .GetString()!
            .ShouldStartWith("data:image/png;base64,");
        input[1].GetProperty("name").GetString().ShouldBe(body.GetProperty("tools")[0].GetProperty("name").GetString());
        input[1].GetProperty("call_id").GetString().ShouldBe(input[2].GetProperty("call_id").GetString());
        input[1].GetProperty("arguments").GetString()!.Length.ShouldBe("""{"file_path":"/etc/hosts"}""".Length);
        request.GetProperty("items").GetArrayLength().ShouldBe(3);
        bundle.RootElement.GetProperty("settings").GetProperty("home").GetString().ShouldBe("(default)");
        bundle.RootElement.GetProperty("attempts")[0].GetProperty("events").GetArrayLength().ShouldBeGreaterThan(4);
    }
}
