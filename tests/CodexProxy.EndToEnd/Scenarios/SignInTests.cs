using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>How the gateway keeps the person signed in, and what is said when it cannot.</summary>
public sealed class SignInTests
{
    [RealClientFact]
    public async Task Eight_calls_at_once_refresh_the_sign_in_once()
    {
        await using var stage = await Stage.OpenAsync();
        var tasks = Enumerable.Range(1, 8).Select(number => $"Task number {number}.").ToList();
        stage
            .Upstream.When(request => request.LastUserText == "Delegate.")
            .Once(_ =>
            {
                // From here on the gateway's access token is refused, and eight requests notice at once.
                stage.Upstream.Tokens.RevokeAccessTokens(stage.Upstream.Accounts.Default);
                return Turn.Calls([.. tasks.Select(ToolCall.Agent)]);
            })
            .Reply(Turn.Text("All eight are done."));
        stage.Upstream.When(_ => true).Reply(request => Turn.Text($"Did {request.LastUserText}"));

        var run = await stage.AskAsync("Delegate.");

        run.Answer.ShouldBe("All eight are done.", run.ToString());
        stage.Upstream.Requests.Count(SimulatedEndpoint.Token).ShouldBe(1);
        (stage.Upstream.Tokens.Refreshes, stage.Upstream.Tokens.Reuses).ShouldBe((1, 0));
        var answered = stage.Asked.Where(request => request.Status == 200).ToList();
        answered.Count.ShouldBe(10);
        tasks.ShouldAllBe(task => answered.Count(request => request.LastUserText == task) == 1);
        answered[^1].OutputTexts.Count.ShouldBe(8);
    }

    [RealClientFact]
    public async Task A_sign_in_about_to_expire_is_refreshed_before_it_fails()
    {
        await using var stage = await Stage.OpenAsync(accessLifetime: TimeSpan.FromMinutes(2));
        stage.Upstream.Next(Turn.Text("Hi."));

        var run = await stage.AskAsync("Hi.");

        run.Answer.ShouldBe("Hi.", run.ToString());
        stage.ShouldHaveAsked(1);
        stage.Upstream.Tokens.Refreshes.ShouldBe(1);
    }

    [RealClientFact]
    public async Task A_dead_sign_in_is_tried_once_and_explained()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Tokens.RevokeAccessTokens(stage.Upstream.Accounts.Default);
        stage.Upstream.Tokens.RevokeRefreshTokens(stage.Upstream.Accounts.Default);

        var run = await stage.AskAsync("Hi.");
        var again = await stage.AskAsync("Hi again.");

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("Failed to authenticate");
        run.Answer.ShouldContain("codex login");
        again.Answer.ShouldBe(run.Answer);
        // Neither the client nor the gateway repeats what cannot succeed.
        stage.Asked.Count.ShouldBe(1);
        stage.Upstream.Requests.Count(SimulatedEndpoint.Token).ShouldBe(1);
    }

    [RealClientFact]
    public async Task Without_a_sign_in_the_person_is_told_the_cure()
    {
        await using var stage = await Stage.OpenAsync();
        File.Delete(stage.AuthFile);

        var run = await stage.AskAsync("Hi.");

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("Failed to authenticate");
        run.Answer.ShouldContain("codex-proxy login");
        stage.ShouldHaveAsked(0);
    }
}
