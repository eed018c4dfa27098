using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What an interactive session shows about the plan.</summary>
public sealed class StatusLineTests
{
    [RealClientFact]
    public async Task The_plan_shows_in_the_status_line_of_a_session_with_a_gateway_key()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Primary.UsedPercent = 37;
        stage.Upstream.Next(Turn.Text("Hello."));
        using var statusLines = new StatusLineReader(stage.Workspace);

        using var session = stage.Client.StartInteractive(new ClientCall("Hi.") { Key = ClientCall.GatewayKey });
        JsonElement limits;
        try
        {
            limits = await statusLines.WaitForAsync("rate_limits", TestContext.Current.CancellationToken);
        }
        finally
        {
            session.Kill(entireProcessTree: true);
            await session.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        limits.GetProperty("five_hour").GetProperty("used_percentage").GetDouble().ShouldBe(37);
        limits.GetProperty("seven_day").GetProperty("resets_at").GetInt64().ShouldBeGreaterThan(0);
    }
}
