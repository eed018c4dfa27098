using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Conversations that go on over several starts of the client.</summary>
public sealed class ConversationTests
{
    [RealClientFact]
    public async Task A_continued_conversation_gives_back_all_reasoning_in_order()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("One.").Calls(ToolCall.Bash("echo one")));
        stage.Upstream.Next(Turn.Reasoning("Two.").Text("First answer."));
        stage.Upstream.Next(Turn.Reasoning("Three.").Text("Second answer."));
        stage.Upstream.Next(Turn.Text("Third answer."));

        var first = await stage.AskAsync("First question.");
        var second = await stage.AskAsync(new ClientCall("Second question.") { Continues = true });
        var third = await stage.AskAsync(new ClientCall("Third question.") { Continues = true });

        first.Answer.ShouldBe("First answer.", first.ToString());
        second.Answer.ShouldBe("Second answer.", second.ToString());
        third.Answer.ShouldBe("Third answer.", third.ToString());
        third.SessionId.ShouldBe(first.SessionId);
        stage.ShouldHaveAsked(4);
        var asked = stage.Asked;
        asked[1].SealedReasoning.Count.ShouldBe(1);
        asked[2].SealedReasoning.Count.ShouldBe(2);
        asked[3].SealedReasoning.Count.ShouldBe(3);
        asked[3].SealedReasoning.Take(2).ShouldBe(asked[2].SealedReasoning);
        asked[3].SealedReasoning.Distinct().Count().ShouldBe(3);
        // Each item stands where it was made: before the call and before the answers.
        Shape(asked[3])
            .ShouldBe([
                "reasoning",
                "function_call",
                "function_call_output",
                "reasoning",
                "assistant",
                "reasoning",
                "assistant",
            ]);
        asked.Select(request => request.CacheKey).Distinct().ShouldHaveSingleItem();
        asked.Select(request => request.Header("session-id")).Distinct().ShouldHaveSingleItem();
    }

    [RealClientFact]
    public async Task An_overflow_makes_the_client_compact_and_go_on()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("First answer."));
        stage.Upstream.Next(Turn.Text("Second answer."));
        stage.Upstream.Next(
            Turn.Fails(
                "context_length_exceeded",
                "Your input exceeds the context window of this model. Please adjust your input and try again."
            )
        );
        stage.Upstream.Next(Turn.Text("<analysis>Two questions.</analysis><summary>They spoke of TREES.</summary>"));
        stage.Upstream.Next(Turn.Text("Third answer."));

        await stage.AskAsync("First question.");
        await stage.AskAsync(new ClientCall("Second question.") { Continues = true });
        var run = await stage.AskAsync(new ClientCall("Third question.") { Continues = true });

        run.Answer.ShouldBe("Third answer.", run.ToString());
        run.IsError.ShouldBeFalse();
        run.Of("system", "compact_boundary").ShouldHaveSingleItem();
        stage.ShouldHaveAsked(5);
        stage.Asked[3].LastUserText.ShouldContain("<summary>");
        stage.Asked[4].Content.Length.ShouldBeGreaterThan(0);
        stage.Asked[4].Text.ShouldContain("They spoke of TREES.");
        stage.Asked[4].Text.ShouldNotContain("First question.");
    }

    [RealClientFact]
    public async Task Two_sessions_at_once_share_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        await using var other = new Workspace();
        var otherClient = new ClaudeCode(other, stage.Gateway);
        foreach (var name in (string[])["apples", "pears"])
        {
            stage
                .Upstream.When(request => request.LastUserText.Contains(name, StringComparison.Ordinal))
                .Once(Turn.Reasoning($"About {name}.").Calls(ToolCall.Bash($"echo {name}; sleep 0.3")))
                .Once(Turn.Reasoning($"More on {name}.").Calls(ToolCall.Bash($"echo more {name}")))
                .Reply(Turn.Text($"All about {name}."));
        }

        var both = await Task.WhenAll(
            stage.AskAsync("Tell me of apples."),
            otherClient.AskAsync("Tell me of pears.", TestContext.Current.CancellationToken)
        );

        both[0].Answer.ShouldBe("All about apples.", both[0].ToString());
        both[1].Answer.ShouldBe("All about pears.", both[1].ToString());
        stage.ShouldHaveAsked(6);
        var lanes = stage.Asked.GroupBy(request => request.CacheKey).ToList();
        lanes.Count.ShouldBe(2);
        foreach (var lane in lanes)
        {
            lane.Count().ShouldBe(3);
            lane.Select(request => request.Header("session-id")).Distinct().ShouldHaveSingleItem();
            lane.Select(request => request.LastUserText).Distinct().ShouldHaveSingleItem();
            lane.Last().SealedReasoning.Count.ShouldBe(2);
            var word = lane.First().LastUserText.Contains("apples", StringComparison.Ordinal) ? "apples" : "pears";
            lane.Last().OutputTexts.ShouldBe([word, $"more {word}"]);
        }
    }

    // What the model and its tools did, without the words of the person and the developer.
    private static IEnumerable<string> Shape(CapturedRequest request) =>
        from item in request.Items
        let type = item.GetProperty("type").GetString()!
        let role = type == "message" ? item.GetProperty("role").GetString()! : type
        where role is not ("user" or "developer")
        select role;
}
