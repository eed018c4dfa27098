using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>The real Codex CLI with the documented settings: its own way through, and the way of any other client.</summary>
public sealed class CodexCliTests
{
    // The backend does without instructions where its own client sends none.
    private static readonly SimulatorOptions Vendors = new() { RequireInstructions = false };

    private const string Socket = "supports_websockets = true\n";

    private static readonly PlannedCall Command = PlannedCall.Of(
        "exec_command",
        JsonSerializer.Serialize(new { cmd = "echo one > made.txt && cat made.txt" })
    );

    [OpenAIClientFact]
    public async Task A_command_runs_and_its_bytes_go_up_unchanged()
    {
        await using var stage = await Stage.OpenAsync(Vendors);
        stage.Upstream.Next(Turn.Reasoning("Look.").Calls(Command));
        stage.Upstream.Next(Turn.Text("All done.").Usage(1000, 600, 20));

        var run = await stage.RunCodexAsync(Settings(stage), "Make a file.");

        ShouldHaveWorked(stage, run);
        run.Usage.GetProperty("cached_input_tokens").GetInt32().ShouldBe(600);
        var sent = stage.Asked[^1];
        sent.Header("user-agent")!.ShouldStartWith("codex_exec/");
        sent.Header("originator").ShouldBe("codex_exec");
        WentItsOwnWay(stage).ShouldBeTrue();
        sent.Body.TryGetProperty("instructions", out _).ShouldBeFalse();
    }

    [OpenAIClientFact]
    public async Task Under_another_name_it_is_served_as_any_client()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Look.").Calls(Command));
        stage.Upstream.Next(Turn.Text("All done."));

        var run = await stage.RunCodexAsync(Settings(stage), "Make a file.", originator: "some_tool");

        ShouldHaveWorked(stage, run);
        stage.Asked[^1].Header("user-agent")!.ShouldNotContain("some_tool");
        WentItsOwnWay(stage).ShouldBeFalse();
        stage.Asked[^1].HasReasoning.ShouldBeTrue();
    }

    [OpenAIClientFact]
    public async Task Its_socket_goes_on_from_the_answer_before()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Look.").Calls(Command));
        stage.Upstream.Next(Turn.Text("All done."));

        var run = await stage.RunCodexAsync(Settings(stage, Socket), "Make a file.");

        ShouldHaveWorked(stage, run);
        WentItsOwnWay(stage).ShouldBeFalse("by HTTP it would have");
        stage.Asked[1].Extends(stage.Asked[0]).ShouldBeTrue();
        stage.Asked[^1].HasReasoning.ShouldBeTrue();
    }

    [OpenAIClientFact]
    public Task A_lite_model_runs_its_script_by_its_own_way() => RunScriptAsync(null, "");

    [OpenAIClientFact]
    public Task A_lite_model_runs_its_script_as_any_client() => RunScriptAsync("some_tool", "");

    [OpenAIClientFact]
    public Task A_lite_model_runs_its_script_over_the_socket() => RunScriptAsync(null, Socket);

    private static async Task RunScriptAsync(string? originator, string more)
    {
        await using var stage = await Stage.OpenAsync(Vendors);
        stage.Upstream.Next(
            Turn.CustomCall(
                "exec",
                """const r = await tools.exec_command({cmd: "echo one > made.txt && cat made.txt"}); text(r.output);"""
            )
        );
        stage.Upstream.Next(Turn.Text("All done."));

        var run = await stage.RunCodexAsync(Settings(stage, more), "Make a file.", originator, "-m", "gpt-6.1-sol");

        run.Code.ShouldBe(0, run.ToString());
        run.Answer.ShouldBe("All done.");
        stage.Workspace.Read("made.txt").ShouldBe("one\n");
        stage.ShouldHaveAsked(2);
        stage.Asked[^1].Items[0].GetProperty("type").GetString().ShouldBe("additional_tools");
        stage.Asked[^1].Header("x-openai-internal-codex-responses-lite").ShouldBe("true");
        WentItsOwnWay(stage).ShouldBe(originator is null && more.Length == 0);
    }

    [OpenAIClientFact]
    public async Task A_conversation_is_resumed()
    {
        await using var stage = await Stage.OpenAsync(Vendors);
        stage.Upstream.Next(Turn.Text("Blue."));
        stage.Upstream.Next(Turn.Text("A colour."));

        var first = await stage.RunCodexAsync(Settings(stage), "Name a colour.");
        var second = await stage.RunCodexAsync(Settings(stage), "What did I ask?", null, "resume", first.Thread);

        second.Answer.ShouldBe("A colour.", second.ToString());
        stage.ShouldHaveAsked(2);
        stage.Asked[1].Text.ShouldContain("Blue.");
        stage.Asked[1].CacheKey.ShouldBe(stage.Asked[0].CacheKey);
    }

    [OpenAIClientFact]
    public Task A_used_up_plan_is_told_by_its_own_way() => SpendAsync(null, "");

    [OpenAIClientFact]
    public Task A_used_up_plan_is_told_as_to_any_client() => SpendAsync("some_tool", "");

    [OpenAIClientFact]
    public Task A_used_up_plan_is_told_over_the_socket() => SpendAsync(null, Socket);

    private static async Task SpendAsync(string? originator, string more)
    {
        await using var stage = await Stage.OpenAsync(Vendors);
        stage.Upstream.Quota.Exhaust();

        var run = await stage.RunCodexAsync(Settings(stage, more), "Hello.", originator);

        run.Code.ShouldBe(1, run.ToString());
        var told = run.Of("turn.failed").Single().GetProperty("error").GetProperty("message").GetString()!;
        told.ShouldContain("hit your usage limit");
        told.ShouldContain("Try again at");
        stage.Asked.Count.ShouldBe(1);
        WentItsOwnWay(stage).ShouldBe(originator is null && more.Length == 0);
    }

    // The line for the socket belongs to the provider, which the block ends with.
    private static string Settings(Stage stage, string more = "") =>
        Documentation.Blocks(stage, "The Codex CLI", "toml")[0] + more;

    // Only the client itself writes this header; the gateway's own requests do without.
    private static bool WentItsOwnWay(Stage stage) => stage.Asked[^1].Header("x-codex-turn-metadata") is not null;

    private static void ShouldHaveWorked(Stage stage, CodexRun run)
    {
        run.Code.ShouldBe(0, run.ToString());
        run.Answer.ShouldBe("All done.");
        run.CommandOutputs.ShouldBe(["one\n"]);
        stage.Workspace.Read("made.txt").ShouldBe("one\n");
        stage.ShouldHaveAsked(2);
        stage.Asked[1].FunctionOutputs.Single().Text.ShouldContain("one");
        stage.Upstream.Requests.Of(SimulatedEndpoint.Unknown).ShouldBeEmpty();
    }
}
