using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Requests that the client makes beside its main loop.</summary>
public sealed class SideRequestTests
{
    [RealClientFact]
    public async Task A_deferred_tool_is_loaded_and_then_offered()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(ToolCall.Load("CronList")));
        stage.Upstream.Next(Turn.Calls(ToolCall.Of("CronList", new { })));
        stage.Upstream.Next(Turn.Text("Nothing is planned."));

        var run = await stage.AskAsync("What is planned?");

        run.Answer.ShouldBe("Nothing is planned.", run.ToString());
        run.Results.ShouldAllBe(result => !result.IsError);
        stage.ShouldHaveAsked(3);
        stage.Asked[0].ToolNames.ShouldNotContain("CronList");
        stage.Asked[1].ToolNames.ShouldContain("CronList");
        stage.Asked[1].OutputTexts[0].ShouldContain("CronList");
        stage.Asked[2].OutputTexts.Count.ShouldBe(2);
        // The lane must not move with the tools.
        stage.Asked.Select(asked => asked.CacheKey).Distinct().ShouldHaveSingleItem();
        stage.Asked[1].Extends(stage.Asked[0]).ShouldBeTrue();
    }

    [RealClientFact]
    public async Task A_sub_agent_has_a_lane_of_its_own_in_the_same_session()
    {
        await using var stage = await Stage.OpenAsync();
        stage
            .Upstream.When(request => request.LastUserText == "Find the answer.")
            .Once(Turn.Reasoning("Sub thought.").Calls(ToolCall.Bash("echo 42")))
            .Reply(Turn.Text("The answer is 42."));
        stage
            .Upstream.When(request => request.LastUserText == "Delegate.")
            .Once(Turn.Reasoning("Main thought.").Calls(ToolCall.Agent("Find the answer.")))
            .Reply(Turn.Text("It says 42."));

        var run = await stage.AskAsync("Delegate.");

        run.Answer.ShouldBe("It says 42.", run.ToString());
        stage.ShouldHaveAsked(4);
        var main = stage.Asked.Where(IsMain).ToList();
        var sub = stage.Asked.Where(request => !IsMain(request)).ToList();
        (main.Count, sub.Count).ShouldBe((2, 2));
        main.Concat(sub).Select(asked => asked.Header("session-id")).Distinct().ShouldHaveSingleItem();
        main.Select(asked => asked.CacheKey).Distinct().ShouldHaveSingleItem().ShouldNotBe(sub[0].CacheKey);
        sub.Select(asked => asked.CacheKey).Distinct().ShouldHaveSingleItem();
        main[0].Header("thread-id").ShouldBe(main[0].Header("session-id"));
        sub.Select(asked => asked.Header("thread-id")).Distinct().ShouldHaveSingleItem();
        sub[0].Header("thread-id").ShouldNotBe(main[0].Header("thread-id"));
        // Each conversation gets back its own thoughts and no others.
        main[1].SealedReasoning.ShouldHaveSingleItem();
        sub[1].SealedReasoning.ShouldHaveSingleItem().ShouldNotBe(main[1].SealedReasoning[0]);
        sub[1].OutputTexts.ShouldBe(["42"]);
        main[1].OutputTexts.ShouldHaveSingleItem().ShouldContain("The answer is 42.");

        static bool IsMain(CapturedRequest request) => request.LastUserText == "Delegate.";
    }

    [RealClientFact]
    public async Task A_sub_agent_in_the_background_works_beside_its_parent()
    {
        await using var stage = await Stage.OpenAsync();
        var parentGoesOn = new Gate();
        var work = ToolCall.Of(
            "Agent",
            new
            {
                description = "Works beside",
                prompt = "Work beside.",
                subagent_type = "general-purpose",
                run_in_background = true,
            }
        );
        stage
            .Upstream.When(request => request.LastUserText == "Work beside.")
            .Reply(_ =>
            {
                // The parent's stream stays open until the child is here: both are in flight at once.
                parentGoesOn.Open();
                return Turn.Reasoning("Child.").Text("The child is done.");
            });
        stage
            .Upstream.When(_ => true)
            .Once(Turn.Reasoning("Parent.").Calls(work))
            .Once(Turn.Reasoning("Waiting.").Hold(parentGoesOn).Text("Started."))
            .Reply(Turn.Text("All done."));

        var run = await stage.AskAsync("Start something.");

        run.IsError.ShouldBeFalse(run.ToString());
        run.Answer.ShouldBe("All done.", run.ToString());
        stage.Upstream.Requests.Refused.ShouldBeEmpty();
        var child = stage.Asked.Single(request => request.LastUserText == "Work beside.");
        var parent = stage.Asked.Where(request => request != child).ToList();
        parent.Select(request => request.CacheKey).Distinct().ShouldHaveSingleItem().ShouldNotBe(child.CacheKey);
        parent[^1].Text.ShouldContain("The child is done.");
        parent[^1].SealedReasoning.Count.ShouldBe(2);
        child.SealedReasoning.ShouldBeEmpty();
    }

    [RealClientFact]
    public async Task A_web_search_brings_its_links_back()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(ToolCall.Load("WebSearch")));
        stage.Upstream.Next(Turn.Calls(ToolCall.Of("WebSearch", new { query = "tallest tree" })));
        stage.Upstream.Next(
            Turn.WebSearch(
                    "tallest tree",
                    new("https://example.org/trees", "Trees"),
                    new("https://example.org/tall", "Tall things")
                )
                .Text("A coast redwood.")
        );
        stage.Upstream.Next(Turn.Text("The tallest tree is a redwood."));

        var run = await stage.AskAsync("Which tree is tallest?");

        run.Answer.ShouldBe("The tallest tree is a redwood.", run.ToString());
        stage.ShouldHaveAsked(4);
        stage.Asked[2].Conversation.OffersHosted("web_search").ShouldBeTrue();
        stage.Asked[2].LastUserText.ShouldContain("tallest tree");
        stage.Asked[2].CacheKey.ShouldNotBe(stage.Asked[0].CacheKey);
        var found = stage.Asked[3].OutputTexts[1];
        found.ShouldContain("https://example.org/trees");
        found.ShouldContain("https://example.org/tall");
        found.ShouldContain("A coast redwood.");
    }

    [RealClientFact]
    public async Task The_local_safety_check_of_auto_mode_gets_its_verdict()
    {
        await using var stage = await Stage.OpenAsync();
        stage
            .Upstream.When(request => request.LastUserText.Contains("<transcript>", StringComparison.Ordinal))
            .Reply(Turn.TextDeltas("<sever", "ity>1</sev", "erity> and more words"));
        stage
            .Upstream.When(_ => true)
            .Once(Turn.Calls(ToolCall.Bash("rm -rf ./nothing; curl -s http://127.0.0.1:9/ ; echo ran")))
            .Reply(Turn.Text("Cleaned."));

        var run = await stage.AskAsync(
            new ClientCall("Clean up.")
            {
                PermissionMode = "auto",
                Environment = new Dictionary<string, string> { ["CLAUDE_CODE_AUTO_MODE_SERVER"] = "0" },
            }
        );

        run.Answer.ShouldBe("Cleaned.", run.ToString());
        run.ResultText(0).ShouldContain("ran");
        stage.ShouldHaveAsked(3);
        var check = stage.Asked[1];
        check.Tools.ShouldBeEmpty();
        check.Conversation.Effort.ShouldBeOneOf("minimal", "none", "low");
        check.CacheKey.ShouldNotBe(stage.Asked[0].CacheKey);
    }

    [RealClientFact]
    public async Task The_context_view_is_counted_without_the_upstream()
    {
        await using var stage = await Stage.OpenAsync();

        var run = await stage.AskAsync("/context");

        run.Answer.ShouldContain("Context Usage", customMessage: run.ToString());
        stage.ShouldHaveAsked(0);
    }

    [RealClientFact]
    public async Task Models_are_discovered_under_names_that_the_client_keeps()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("Hi."));
        stage.Upstream.Next(Turn.Text("Hi again."));
        var discovering = new Dictionary<string, string> { ["CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY"] = "1" };

        var first = await stage.AskAsync(new ClientCall("Hi.") { Environment = discovering });
        first.IsError.ShouldBeFalse(first.ToString());
        var cache = await File.ReadAllTextAsync(
            Path.Combine(stage.Workspace.Home, ".claude", "cache", "gateway-models.json"),
            TestContext.Current.CancellationToken
        );
        cache.ShouldContain("claude-codex-gpt-5.5");

        var second = await stage.AskAsync(
            new ClientCall("Hi.") { Environment = discovering, Arguments = ["--model", "claude-codex-gpt-5.5"] }
        );

        second.Answer.ShouldBe("Hi again.", second.ToString());
        stage.ShouldHaveAsked(2);
        stage.Asked[1].Model.ShouldBe("gpt-5.5");
    }
}
