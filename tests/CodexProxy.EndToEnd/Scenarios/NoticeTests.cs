using CodexProxy.EndToEnd.Harness;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What the client's screen says of the plan's limits.</summary>
public sealed class NoticeTests
{
    [TerminalFact]
    public async Task The_screen_says_which_window_is_spent_and_when_it_resets()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Exhaust();

        var screen = await ShowAsync(stage, screen => screen.Conversation.Contains("limit", StringComparison.Ordinal));

        screen.Conversation.ShouldBe(
            """
            ❯ Hi.
              ⎿  You've hit your 5-hour limit · resets TIME (UTC)
            """
        );
        stage.Asked.Count.ShouldBe(1);
    }

    [TerminalFact]
    public async Task The_screen_tells_the_weekly_window_apart()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Secondary.UsedPercent = 100;

        var screen = await ShowAsync(stage, screen => screen.Conversation.Contains("limit", StringComparison.Ordinal));

        screen.Conversation.ShouldBe(
            """
            ❯ Hi.
              ⎿  You've hit your weekly limit · resets TIME (UTC)
            """
        );
        stage.Asked.Count.ShouldBe(1);
    }

    [TerminalFact]
    public async Task The_screen_warns_when_the_five_hours_run_low()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Primary.UsedPercent = 93;

        var screen = await ShowAsync(stage, screen => screen.Notice.Contains("limit", StringComparison.Ordinal));

        screen.Notice.ShouldBe("You've used 93% of your 5-hour limit · resets TIME (UTC)");
        stage.Asked.Count.ShouldBe(1);
    }

    [TerminalFact]
    public async Task The_screen_warns_of_a_week_that_is_used_up_too_fast()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Secondary.UsedPercent = 76;

        var screen = await ShowAsync(stage, screen => screen.Notice.Contains("limit", StringComparison.Ordinal));

        screen.Notice.ShouldBe("You've used 76% of your weekly limit · resets TIME (UTC)");
        stage.Asked.Count.ShouldBe(1);
    }

    // Notices wait their turn: a hint that the client shows at its start comes first, for some ten seconds.
    private static async Task<ClientScreen> ShowAsync(Stage stage, Func<ClientScreen, bool> condition)
    {
        await using var terminal = await stage.Client.OpenAsync(new ClientCall("Hi.") { Key = ClientCall.GatewayKey });
        return await terminal.WaitForClientAsync(condition);
    }
}
