using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>A plan whose limit is reached: the person is told when it resets, and the upstream is asked once.</summary>
public sealed class LimitTests
{
    [RealClientFact]
    public async Task A_spent_plan_is_said_once_and_asked_for_once()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Exhaust();

        var run = await stage.AskAsync("Hi.");

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("usage limit reached");
        run.Answer.ShouldContain("resets");
        stage.Asked.Count.ShouldBe(1);
    }

    [RealClientFact]
    public async Task A_spent_plan_is_shown_natively_to_a_session_with_a_gateway_key()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Exhaust();

        var run = await stage.AskAsync(new ClientCall("Hi.") { Key = ClientCall.GatewayKey });

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldStartWith("You've hit your 5-hour limit · resets ");
        stage.Asked.Count.ShouldBe(1);
    }

    [RealClientFact]
    public async Task A_limit_hit_in_mid_answer_is_said_without_another_call()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(
            Turn.PartialText("Half a ", "sentence")
                .ErrorEvent(
                    HttpReply.Json(
                        429,
                        writer =>
                        {
                            writer.WriteStartObject("error");
                            writer.WriteString("type", "usage_limit_reached");
                            writer.WriteString("message", "The usage limit has been reached");
                            writer.WriteString("plan_type", "plus");
                            writer.WriteNumber(
                                "resets_at",
                                TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeSeconds()
                            );
                            writer.WriteEndObject();
                        }
                    )
                )
        );

        var run = await stage.AskAsync("Speak.");

        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("usage limit reached");
        run.Answer.ShouldContain("resets at");
        stage.Asked.Count.ShouldBe(1);
    }
}
