using System.Net;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The prompt cache as people and programs see it.</summary>
public sealed class CacheCommandTests
{
    private const string Session = "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77";

    [Fact]
    public async Task Misses_are_listed_with_what_changed()
    {
        await using var stage = await HonestyStage.StartAsync();
        await PlayAsync(stage);

        (await stage.Commands.RunAsync("cache")).ShouldBe(ExitCode.Done);

        var output = stage.Commands.Output;
        output.ShouldContain(Session);
        output.ShouldContain("66.5 % of 15,000 tokens sent again were read from it");
        output.ShouldContain("4, 1 of them missed");
        output.ShouldContain("over time  ██▁");
        output.ShouldContain("instructions, tool 1 changed");
        output.ShouldNotContain("first of its lane");
    }

    [Fact]
    public async Task A_named_session_shows_every_request()
    {
        await using var stage = await HonestyStage.StartAsync();
        await PlayAsync(stage);

        (await stage.Commands.RunAsync("cache", "3f2a")).ShouldBe(ExitCode.Done);
        stage.Commands.Output.ShouldContain("first of its lane");

        (await stage.Commands.RunAsync("cache", "ffff")).ShouldBe(ExitCode.Failed);
        stage.Commands.Messages.ShouldContain("No session of this server run begins with ffff.");
    }

    [Fact]
    public async Task Programs_get_all_of_it_as_json()
    {
        await using var stage = await HonestyStage.StartAsync();
        await PlayAsync(stage);

        (await stage.Commands.RunAsync("cache", "--json")).ShouldBe(ExitCode.Done);

        using var view = JsonDocument.Parse(stage.Commands.Output);
        var session = view.RootElement.GetProperty("sessions")[0];
        session.GetProperty("misses").GetInt32().ShouldBe(1);
        session.GetProperty("hitRatio").GetDouble().ShouldBe(9984 / 15_000.0, 0.001);
        session
            .GetProperty("entries")
            .EnumerateArray()
            .Select(entry => entry.GetProperty("outcome").GetString())
            .ShouldBe(["first", "hit", "hit", "miss"]);
    }

    [Fact]
    public async Task Without_a_server_the_command_says_how_to_get_one()
    {
        using var run = new CommandRun();

        (await run.RunAsync("cache")).ShouldBe(ExitCode.Failed);
        run.Messages.ShouldContain("No server is running");
        (await run.RunAsync("cache", "--json")).ShouldBe(ExitCode.Failed);
        run.Output.ShouldContain("\"success\": false");
    }

    [Fact]
    public async Task The_server_tells_nobody_without_the_token()
    {
        await using var stage = await HonestyStage.StartAsync();

        foreach (var path in (string[])["/api/cache", "/api/requests", "/api/requests/last/bundle"])
        {
            using var response = await stage.World.Gateway.Http.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
    }

    // Three requests that grow, then one with other instructions and another tool.
    private static async Task PlayAsync(HonestyStage stage)
    {
        var simulator = stage.World.Simulator;
        simulator.Next(Turn.Text("One.").Usage(5000, 0, 10));
        simulator.Next(Turn.Text("Two.").Usage(5000, 4992, 10));
        simulator.Next(Turn.Text("Three.").Usage(5000, 4992, 10));
        simulator.Next(Turn.Text("Four.").Usage(5000, 0, 10));
        var history = """{"role":"user","content":"Begin."}""";
        for (var i = 0; i < 4; i++)
        {
            var word = i == 3 ? "other" : "same";
            await stage.AskAsync(
                $$$"""{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"system":"{{{word}}}","tools":[{"name":"Read","description":"{{{word}}}","input_schema":{"type":"object"}}],"messages":[{{{history}}}]}"""
            );
            history += $$$""",{"role":"assistant","content":"No {{{i}}}."},{"role":"user","content":"On."}""";
        }
    }
}
