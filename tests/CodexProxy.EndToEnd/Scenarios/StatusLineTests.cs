using System.Text.RegularExpressions;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What an interactive session shows about the plan.</summary>
public sealed partial class StatusLineTests
{
    private const string Before = "{\r\n\t\"cleanupPeriodDays\": 30\r\n}";

    [TerminalFact]
    public async Task The_plan_shows_in_the_status_line_of_a_session_with_a_gateway_key()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Primary.UsedPercent = 37;
        stage.Upstream.Next(Turn.Text("Hello."));
        using var statusLines = new StatusLineReader(stage.Workspace);

        await using var session = await stage.Client.OpenAsync(new ClientCall("Hi.") { Key = ClientCall.GatewayKey });
        var limits = await statusLines.WaitForAsync("rate_limits", TestContext.Current.CancellationToken);

        limits.GetProperty("five_hour").GetProperty("used_percentage").GetDouble().ShouldBe(37);
        limits.GetProperty("seven_day").GetProperty("resets_at").GetInt64().ShouldBeGreaterThan(0);
    }

    [TerminalFact]
    public async Task Setup_puts_a_status_line_on_the_screen_and_undo_takes_it_away()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Accounts.Default.Quota.Primary.UsedPercent = 37;
        stage.Upstream.Accounts.Default.Quota.Secondary.UsedPercent = 12;
        stage.Workspace.PassFirstStart();
        var settings = stage.Workspace.WriteSettings(Before);
        await using var machine = new Machine(stage.Workspace, stage.Settings);
        await using var shell = await machine.OpenShellAsync();

        await shell.TypeAsync($"codex-proxy setup --port {stage.Gateway.Port}");
        await shell.WaitForAsync("Write this? [y/N]");
        await shell.TypeAsync("y");
        (await shell.WaitForShellAsync()).ShouldContain(
            "~/.claude/settings.json is written. Start the gateway with `codex-proxy start\n--background`, then `claude` as always."
        );
        await shell.TypeAsync("claude");
        await shell.WaitForClientAsync(_ => true);
        await shell.TypeAsync("First question.");
        await shell.WaitForAsync("● You said: First question.");
        await shell.TypeAsync("Second question.");
        var screen = await shell.WaitForClientAsync(screen => Cached().IsMatch(screen.Foot));

        Cached()
            .Replace(screen.Foot, "cache NUMBER")
            .ShouldBe("  gpt-6.1-sol medium · context 5% · 5h 63% left · week 88% left · cache NUMBER");

        await shell.TypeAsync("/exit");
        await shell.WaitForShellAsync();
        await shell.TypeAsync("codex-proxy setup --undo");
        (await shell.WaitForShellAsync()).ShouldContain("~/.claude/settings.json is as it was before");
        (await File.ReadAllTextAsync(settings)).ShouldBe(Before);
    }

    // The first question finds nothing in the cache.
    [GeneratedRegex("cache [1-9][0-9]?%")]
    private static partial Regex Cached();
}
