using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>The pages of the dashboard as people meet them, with the mock in the gateway's place.</summary>
public sealed class DashboardTests : IAsyncLifetime
{
    private static readonly string[] Pages =
    [
        "overview",
        "accounts",
        "accounts/add",
        "accounts/3f9a0c41be77",
        "sessions",
        "requests",
        "usage",
        "usage?by=model",
        "logs",
        "models/gpt-5.2",
        "settings",
    ];

    private MockDashboard _mock = null!;
    private BrowserSession _browser = null!;

    private IPage Page => _browser.Page;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(MockDashboard.IsBuilt, MockDashboard.MissingReason);
        _mock = await MockDashboard.StartAsync();
        _browser = await BrowserSession.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_mock is not null)
        {
            await _mock.DisposeAsync();
        }
    }

    [BrowserFact]
    public Task Every_page_is_sound_on_a_wide_screen_in_light() => LookAsync(1280, ColorScheme.Light);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_wide_screen_in_dark() => LookAsync(1280, ColorScheme.Dark);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_narrow_screen_in_light() => LookAsync(375, ColorScheme.Light);

    [BrowserFact]
    public Task Every_page_is_sound_on_a_narrow_screen_in_dark() => LookAsync(375, ColorScheme.Dark);

    [BrowserFact]
    public async Task A_gateway_that_goes_away_is_said_and_found_again_without_a_reload()
    {
        await Page.GotoAsync(_mock.At("overview"));
        await Page.GetByText("Your plan").WaitForAsync();
        await Page.EvaluateAsync("window.before = true");

        await _mock.GoneAsync();
        await Page.GetByText("The gateway does not answer.").WaitForAsync();
        (await Page.Locator("main.stale").CountAsync()).ShouldBe(1);

        await _mock.BackAsync();
        await Page.Locator("main:not(.stale)").WaitForAsync();
        await Page.GetByText("The gateway does not answer.")
            .WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await Page.EvaluateAsync<bool>("window.before")).ShouldBeTrue();
    }

    [BrowserFact]
    public async Task A_page_without_access_names_the_command_that_gives_it()
    {
        await Page.GotoAsync(_mock.At("overview", "refused"));

        await Page.GetByText("codex-proxy dashboard", new() { Exact = true }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Nobody_signed_in_is_told_what_to_do()
    {
        await Page.GotoAsync(_mock.At("overview", "signedout"));

        await Page.GetByRole(AriaRole.Link, new() { Name = "Add an account" }).ClickAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the browser" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task A_failure_is_shown_with_the_gateways_own_words()
    {
        await Page.GotoAsync(_mock.At("usage", "error"));

        await Page.GetByText("The usage store cannot be read: the disk is full.").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_hundred_thousand_requests_are_scrolled_with_few_rows_on_the_page()
    {
        await Page.GotoAsync(_mock.At("requests", "many"));
        var grid = Page.GetByRole(AriaRole.Grid);
        await grid.WaitForAsync();
        (await grid.GetAttributeAsync("aria-rowcount")).ShouldBe("100001");

        for (var i = 0; i < 5; i++)
        {
            await grid.EvaluateAsync("grid => { grid.scrollTop = grid.scrollHeight }");
            await Page.Locator($"[aria-rowindex='{(200 * (i + 1)) + 10}']").WaitForAsync();
        }

        (await Page.Locator("[data-key]").CountAsync()).ShouldBeLessThan(80);
    }

    [BrowserFact]
    public async Task A_request_that_ends_appears_on_top()
    {
        await Page.GotoAsync(_mock.At("requests", ""));
        var top = Page.Locator("[aria-rowindex='2']");
        await top.WaitForAsync();
        var before = await top.GetAttributeAsync("data-key");

        await Page.Locator($"[aria-rowindex='2']:not([data-key='{before}'])").WaitForAsync();
        (await Page.Locator($"[data-key='{before}']").CountAsync()).ShouldBe(1);
    }

    [BrowserFact]
    public async Task The_keyboard_alone_finds_opens_walks_and_closes()
    {
        await Page.GotoAsync(_mock.At("requests"));
        await Page.Locator("[data-key]").First.WaitForAsync();

        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("rate_limited");
        await Page.GetByText("found").WaitForAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("Enter");
        var pane = Page.GetByRole(AriaRole.Region).Filter(new() { Has = Page.GetByText("Attempts") });
        await pane.WaitForAsync();
        var first = Page.Url;

        await Page.Keyboard.PressAsync("j");
        await Page.WaitForURLAsync(url => url != first);
        await Page.Keyboard.PressAsync("k");
        await Page.WaitForURLAsync(first);
        await Page.Keyboard.PressAsync("Escape");
        await pane.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await Page.EvaluateAsync<string>("document.activeElement.getAttribute('role')")).ShouldBe("row");
    }

    [BrowserFact]
    public async Task An_account_is_switched_and_signed_out_only_after_a_second_word()
    {
        await Page.GotoAsync(_mock.At("accounts/88d2e6b01c5a"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Let it serve" }).ClickAsync();
        await Page.GetByText("Switched to account: team@example.org").WaitForAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();

        await Page.GetByText("Signed out team@example.org.").WaitForAsync();
        await Page.GetByText("3 accounts").WaitForAsync();
    }

    [BrowserFact]
    public async Task Claude_Code_is_set_up_after_its_difference_was_shown_and_taken_back()
    {
        await Page.GotoAsync(_mock.At("settings"));
        await Page.GetByText("\"ANTHROPIC_BASE_URL\": \"http://127.0.0.1:8082\"").WaitForAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Set up Claude Code" }).ClickAsync();
        await Page.GetByText("Uses this gateway", new() { Exact = true }).WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();

        await Page.GetByText("Not set up", new() { Exact = true }).WaitForAsync();
    }

    [BrowserFact]
    public async Task The_chosen_colours_stay_over_a_reload()
    {
        await Page.GotoAsync(_mock.At("overview"));
        await Page.Locator("label[title='Dark']").ClickAsync();
        await Page.ReloadAsync();

        await Page.Locator("html[data-theme='dark']").WaitForAsync();
    }

    // No rule of accessibility broken, nothing wider than the screen, no complaint of the browser, no word to another host.
    private async Task LookAsync(int width, ColorScheme colors)
    {
        await Page.SetViewportSizeAsync(width, 800);
        await Page.EmulateMediaAsync(new() { ColorScheme = colors, ReducedMotion = ReducedMotion.Reduce });
        foreach (var page in Pages)
        {
            await Page.GotoAsync("about:blank");
            await Page.GotoAsync(_mock.At(page));
            await Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
            await Page.WaitForLoadStateAsync(LoadState.Load);
            await Looks.AreSoundAsync(Page, $"{page} at {width}");
        }

        Looks.AreQuiet(_browser, _mock.Address);
    }
}
