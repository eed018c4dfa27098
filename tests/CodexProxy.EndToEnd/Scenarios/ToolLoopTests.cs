using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>The client's everyday work: answers, commands and files.</summary>
public sealed class ToolLoopTests
{
    [RealClientFact]
    public async Task A_plain_answer_reaches_the_person()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Greeting back.").Text("Hello! Zażółć gęślą jaźń 🙂"));

        var run = await stage.AskAsync("Say hello.");

        run.Answer.ShouldBe("Hello! Zażółć gęślą jaźń 🙂", run.ToString());
        run.IsError.ShouldBeFalse();
        run.ExitCode.ShouldBe(0);
        stage.ShouldHaveAsked(1);
        var asked = stage.Asked[0];
        asked.LastUserText.ShouldBe("Say hello.");
        asked.Instructions.ShouldNotBeNull().ShouldNotContain("x-anthropic-billing-header");
        asked.Instructions.ShouldContain("Claude Code");
        asked.ToolNames.ShouldContain("Bash");
        asked.ToolNames.ShouldNotContain("DeferredToolPlaceholder");
        // The client's notes about its surroundings stand in their place, as the developer's words.
        asked.Items[1].GetProperty("role").GetString().ShouldBe("developer");
        asked
            .Headers.Keys.Select(name => name.ToLowerInvariant())
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "accept",
                "authorization",
                "chatgpt-account-id",
                "content-length",
                "content-type",
                "host",
                "originator",
                "session-id",
                "thread-id",
                "user-agent",
                "version",
                "x-client-request-id",
            ]);
    }

    [RealClientFact]
    public async Task A_command_runs_and_its_output_goes_back()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Look first.").Calls(ToolCall.Bash("echo one; echo two")));
        stage.Upstream.Next(Turn.Reasoning().Calls(ToolCall.Bash("echo three > made.txt && cat made.txt")));
        stage.Upstream.Next(Turn.Text("All done."));

        var run = await stage.AskAsync("Count.");

        run.Answer.ShouldBe("All done.", run.ToString());
        run.Calls.Count.ShouldBe(2);
        stage.Workspace.Read("made.txt").ShouldBe("three\n");
        stage.ShouldHaveAsked(3);
        stage.Asked[2].OutputTexts.ShouldBe(["one\ntwo", "three"]);
        stage.Asked[2].SealedReasoning.Count.ShouldBe(2);
        stage.Asked[1].Extends(stage.Asked[0]).ShouldBeTrue();
        stage.Asked[2].Extends(stage.Asked[1]).ShouldBeTrue();
        stage.Asked.Select(asked => asked.CacheKey).Distinct().ShouldHaveSingleItem();
        stage.Asked.Select(asked => asked.Instructions).Distinct().ShouldHaveSingleItem();
    }

    [RealClientFact]
    public async Task Calls_of_one_turn_keep_their_own_results()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(
            Turn.Commentary("Three at once.")
                .Interleaved(ToolCall.Bash("echo first"), ToolCall.Bash("echo second"), ToolCall.Bash("echo third"))
        );
        stage.Upstream.Next(Turn.Text("Three."));

        var run = await stage.AskAsync("Do three things.");

        run.Answer.ShouldBe("Three.", run.ToString());
        run.Texts[0].ShouldBe("Three at once.");
        stage.ShouldHaveAsked(2);
        var calls = stage.Asked[1].ItemsOf("function_call");
        calls.Count.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            var word = calls[i].GetProperty("arguments").GetString()!.Split('"')[3].Split(' ')[1];
            var id = calls[i].GetProperty("call_id").GetString();
            stage.Asked[1].FunctionOutputs.Single(output => output.CallId == id).Text.ShouldBe(word);
        }
    }

    [RealClientFact]
    public async Task Files_are_written_edited_and_read()
    {
        await using var stage = await Stage.OpenAsync();
        var path = stage.Workspace.PathOf("poem.txt");
        stage.Upstream.Next(Turn.Calls(ToolCall.Write(path, "roses are \"red\"\n\tviolets are blue\n")));
        stage.Upstream.Next(Turn.Calls(ToolCall.Edit(path, "\"red\"", "“żółte”")));
        stage.Upstream.Next(Turn.Calls(ToolCall.Read(path)));
        stage.Upstream.Next(Turn.Text("Written."));

        var run = await stage.AskAsync("Write a poem.");

        run.Answer.ShouldBe("Written.", run.ToString());
        run.Results.ShouldAllBe(result => !result.IsError);
        stage.Workspace.Read("poem.txt").ShouldBe("roses are “żółte”\n\tviolets are blue\n");
        stage.ShouldHaveAsked(4);
        stage.Asked[3].OutputTexts[2].ShouldContain("roses are “żółte”");
    }

    [RealClientFact]
    public async Task A_failing_tool_tells_the_model_so()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(
            Turn.Calls(ToolCall.Bash("echo oops >&2; exit 3"), ToolCall.Read(stage.Workspace.PathOf("missing.txt")))
        );
        stage.Upstream.Next(Turn.Text("Both failed."));

        var run = await stage.AskAsync("Try.");

        run.Answer.ShouldBe("Both failed.", run.ToString());
        run.Results.ShouldAllBe(result => result.IsError);
        stage.ShouldHaveAsked(2);
        stage.Asked[1].OutputTexts[0].ShouldContain("Exit code 3");
        stage.Asked[1].OutputTexts[0].ShouldContain("oops");
        stage.Asked[1].OutputTexts[1].ShouldContain("does not exist");
    }

    [RealClientFact]
    public async Task Structured_output_arrives_as_the_schema_says()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(ToolCall.Of("StructuredOutput", new { name = "Ada", born = 1815 })));

        var run = await stage.AskAsync(
            new ClientCall("Who?")
            {
                Arguments =
                [
                    "--json-schema",
                    """{"type":"object","properties":{"name":{"type":"string"},"born":{"type":"integer"}},"required":["name"],"additionalProperties":false}""",
                ],
            }
        );

        run.IsError.ShouldBeFalse(run.ToString());
        run.StructuredOutput.ShouldNotBeNull().GetRawText().ShouldBe("""{"name":"Ada","born":1815}""");
        stage.ShouldHaveAsked(1);
        var tool = stage.Asked[0].Conversation.FindTool("StructuredOutput").ShouldNotBeNull();
        tool.GetProperty("parameters").GetProperty("properties").GetProperty("born").ValueKind.ShouldNotBe(default);
    }
}
