using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What the person sees, and what the upstream is spared, when something goes wrong.</summary>
public sealed class TroubleTests
{
    [RealClientFact]
    public async Task A_passing_outage_is_not_seen()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.HttpError(503, "server_error"));
        stage.Upstream.Next(Turn.Text("Here I am."));

        var run = await stage.AskAsync("Hi.");

        run.Answer.ShouldBe("Here I am.", run.ToString());
        run.Of("system", "api_retry").ShouldBeEmpty();
        stage.Asked.Count.ShouldBe(2);
        stage.Asked[1].Text.ShouldBe(stage.Asked[0].Text);
    }

    [RealClientFact]
    public async Task An_overload_inside_a_stream_is_not_seen()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.OverloadInside200());
        stage.Upstream.Next(Turn.Text("Here I am."));

        var run = await stage.AskAsync("Hi.");

        run.Answer.ShouldBe("Here I am.", run.ToString());
        run.Of("system", "api_retry").ShouldBeEmpty();
        stage.Asked.Count.ShouldBe(2);
    }

    [RealClientFact]
    public async Task A_lasting_outage_is_told_with_the_upstreams_words()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.When(_ => true).Reply(Turn.HttpError(500, "server_error", "The engine is out of steam."));

        var run = await stage.AskAsync(
            new ClientCall("Hi.") { Environment = new Dictionary<string, string> { ["CLAUDE_CODE_MAX_RETRIES"] = "1" } }
        );

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("The engine is out of steam.");
        // Two requests of the client, three attempts each.
        stage.Asked.Count.ShouldBe(6);
    }

    [RealClientFact]
    public async Task A_request_that_nothing_mends_is_not_asked_again_for_each_variation()
    {
        await using var stage = await Stage.OpenAsync();
        // Once a model has answered, the gateway knows the form of request that it takes.
        stage.Upstream.When(_ => true).Once(Turn.Text("Hello.")).Reply(Turn.HttpError(400, "peculiar", "Never."));
        await stage.AskAsync("Hi.");

        var run = await stage.AskAsync("Do it.");

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("Never.");
        // The client asks six times, each time with another feature left out. Only leaving out the deferred tools
        // changes what is sent upstream; for the others the gateway remembers the answer.
        stage.Asked.Count.ShouldBe(3);
    }

    [RealClientFact]
    public async Task A_stream_that_fails_for_a_while_is_answered_whole_when_asked_again()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(
            Turn.PartialText("Half a ", "sentence").Fails("rate_limit_exceeded", "Please try again in 20s.")
        );
        stage.Upstream.Next(Turn.Reasoning("Again.").Text("A whole sentence."));

        var run = await stage.AskAsync("Speak.");

        run.Answer.ShouldBe("A whole sentence.", run.ToString());
        stage.ShouldHaveAsked(2);
    }
}
