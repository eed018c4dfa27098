using CodexProxy.Simulator.Scripting;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>Logs, models and settings, and how all pages look, with the real gateway behind them.</summary>
public sealed class RealPagesTests
{
    private static readonly string[] Pages =
    [
        "overview",
        "accounts",
        "accounts/add",
        "accounts/codex-cli",
        "sessions",
        "sessions/5e551011-0000-4000-8000-000000000001",
        "requests",
        "requests?ending=failed",
        "usage",
        "usage?by=hour&range=7d&split=model",
        "usage?by=project",
        "logs",
        "models",
        "models/gpt-6.1-terra",
        "settings",
    ];

    [BrowserFact]
    public async Task Log_lines_come_live_by_level_and_text_and_wait_while_paused()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.OpenAsync("logs");
        await all.Page.Locator(".head .sum").GetByText("Live", new() { Exact = true }).First.WaitForAsync();
        await all.AskAsync();
        await all.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "claude-opus-4-6" }).First.WaitForAsync();

        await all.Page.GetByLabel("Least level").SelectOptionAsync("error");
        await SaidAsync(all, "No line fits");
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Remove the filters" }).ClickAsync();
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await all.AskAsync();
        await SaidAsync(all, "held back");
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await all.Page.Locator(".head .sum").GetByText("Live", new() { Exact = true }).First.WaitForAsync();
        await all.Page.GetByLabel("Search in the lines").FillAsync("claude-opus-4-6");
        await all.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "claude-opus-4-6" }).First.ClickAsync();
        await all.Page.GetByLabel("Details").GetByRole(AriaRole.Link, new() { Name = "All lines" }).WaitForAsync();
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task A_model_is_tried_and_its_request_is_kept()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.OpenAsync("models/gpt-6.1-terra");

        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test request" }).ClickAsync();
        await SaidAsync(all, "It answers");
        all.Simulator.When(_ => true).Reply(Turn.HttpError(400, "invalid_prompt", "It is not to be."));
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test request" }).ClickAsync();
        await SaidAsync(all, "It does not answer");
        await all.Page.GetByLabel("Details").GetByRole(AriaRole.Link, new() { Name = "open" }).ClickAsync();

        await all.Page.GetByLabel("Details").GetByText("Attempt").First.WaitForAsync();
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task Settings_tell_their_origin_and_follow_the_file_and_the_strategy_is_chosen()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.OpenAsync("settings?q=models.haiku");
        var row = all.Page.Locator("ul.settings li");
        await row.GetByText("gpt-6.1-terra").WaitForAsync();
        (await row.Locator(".origin").InnerTextAsync()).ShouldContain("config.json", Case.Insensitive);
        (await all.Page.GetByText("Only those you set").CountAsync()).ShouldBe(1);

        await all.Page.GetByLabel("Take turns").CheckAsync();
        await SaidAsync(all, "Accounts: take turns.");
        await all.Page.ReloadAsync();
        await all.Page.Locator("input[value='round-robin']:checked").WaitForAsync();
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task Claude_Code_is_set_up_after_its_difference_was_shown_and_taken_back()
    {
        await using var all = await RealDashboard.StartAsync();
        var file = all.Folder.Write(".claude/settings.json", "{\n  \"theme\": \"dark\"\n}\n");
        await all.OpenAsync("settings");
        await all.Page.GetByLabel("What would change").GetByText("ANTHROPIC_BASE_URL").First.WaitForAsync();
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Set up Claude Code" }).ClickAsync();
        await all.Page.GetByText("Uses this gateway", new() { Exact = true }).WaitForAsync();
        (await File.ReadAllTextAsync(file)).ShouldContain(all.Address.Authority.Split(':')[1]);
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file)).Replace("dark", "light", StringComparison.Ordinal)
        );
        await all.Page.ReloadAsync();

        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await SaidAsync(all, "The file was changed since");
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Take it back all the same" }).ClickAsync();

        await all.Page.GetByText("Not set up", new() { Exact = true }).WaitForAsync();
        (await File.ReadAllTextAsync(file)).ShouldBe("{\n  \"theme\": \"dark\"\n}\n");
    }

    [BrowserFact]
    public async Task A_gateway_that_ends_and_another_that_begins_are_one_to_the_page()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.AskAsync();
        await all.OpenAsync("requests");
        await all.Page.Locator("[data-key]").WaitForAsync();
        await all.Page.EvaluateAsync("window.before = true");

        await all.EndAsync();
        await SaidAsync(all, "The gateway does not answer.");
        await all.BeginAsync();
        await all.Page.Locator("main:not(.stale)").WaitForAsync();
        await all.AskAsync();

        await all.Page.Locator("[data-key]").Nth(1).WaitForAsync();
        (await all.Page.EvaluateAsync<bool>("window.before")).ShouldBeTrue();
        await all.GoAsync("logs");
        await all.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "claude-opus-4-6" }).First.WaitForAsync();
        await all.Page.Locator(".head .sum").GetByText("Live", new() { Exact = true }).First.WaitForAsync();
    }

    [BrowserFact]
    public async Task A_browser_without_the_link_is_told_how_to_get_in_and_goes_on_once_it_has_it()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.GoAsync("overview");
        await all.Page.GetByText("codex-proxy dashboard", new() { Exact = true }).WaitForAsync();

        await all.OpenAsync();
        await SaidAsync(all, "Your plan");
    }

    [BrowserFact]
    public Task Every_page_is_sound_on_a_wide_screen_in_light() => LookAsync(1280, ColorScheme.Light);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_wide_screen_in_dark() => LookAsync(1280, ColorScheme.Dark);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_narrow_screen_in_light() => LookAsync(375, ColorScheme.Light);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_narrow_screen_in_dark() => LookAsync(375, ColorScheme.Dark);

    private static async Task LookAsync(int width, ColorScheme colours)
    {
        var newest = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2);
        await using var all = await RealDashboard.StartAsync(
            history: WrittenHistory.Of(3000, newest, TimeSpan.FromMinutes(7))
        );
        await all.Page.SetViewportSizeAsync(width, 800);
        await all.Page.EmulateMediaAsync(new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
        all.Simulator.Next(Turn.HttpError(503, "server_overloaded"));
        for (var i = 0; i < 4; i++)
        {
            var agent = i == 2 ? "a1b2c3d4" : null;
            await all.AskAsync("run: ls", "5e551011-0000-4000-8000-000000000001", agent, ",\"temperature\":0.3");
        }

        var gate = new Gate();
        all.Simulator.Next(Turn.Text("Hello").Hold(gate).Text("again"));
        var asked = all.AskAsync("And this is still being answered", "5e551011-0000-4000-8000-000000000001");
        await all.OpenAsync();
        await SaidAsync(all, "Streaming");
        foreach (var page in Pages)
        {
            await all.GoAsync(page);
            await all.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
            await all.Page.WaitForLoadStateAsync(LoadState.Load);
            await Expect(all.Page.GetByText("Asking the gateway…")).ToHaveCountAsync(0);
            await Looks.AreSoundAsync(all.Page, $"{page} at {width}");
            var name = new string([.. page.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
            await Looks.KeepAsync(all.Page, $"{name}-{width}-{colours}".ToLowerInvariant());
        }

        Looks.AreQuiet(all.Browser, all.Address);
        gate.Open();
        await asked;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static Task SaidAsync(RealDashboard all, string text) => all.Page.GetByText(text).First.WaitForAsync();
}
