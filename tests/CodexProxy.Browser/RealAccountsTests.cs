using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>The page Accounts with the real gateway: every way to a login, and everything that can be done with one.</summary>
public sealed class RealAccountsTests
{
    [BrowserFact]
    public async Task Nobody_signs_in_with_the_browser_and_the_page_shows_who_it_is()
    {
        await using var all = await RealDashboard.StartAsync(signedIn: false);
        all.Simulator.SignIn.ShowPage = true;
        await all.OpenAsync();
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Add an account" }).ClickAsync();

        var tab = await all.Page.RunAndWaitForPopupAsync(() => ButtonAsync(all, "Sign in with the browser"));
        await tab.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();

        await tab.GetByText("You are signed in").WaitForAsync();
        await SaidAsync(all, "Signed in as person@example.com (plus).");
        await SaidAsync(all, "1 account");
        await all.GoAsync("overview");
        await all.Page.GetByRole(AriaRole.Heading, new() { Name = "Your plan" }).WaitForAsync();
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task The_address_that_a_browser_elsewhere_ended_at_is_pasted()
    {
        await using var all = await RealDashboard.StartAsync(signedIn: false);
        all.Simulator.SignIn.ShowPage = true;
        await all.OpenAsync("accounts/add");
        var tab = await all.Page.RunAndWaitForPopupAsync(() => ButtonAsync(all, "Sign in with the browser"));
        await tab.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        var page = await all
            .Page.GetByRole(AriaRole.Link, new() { Name = "Open the sign-in page" })
            .GetAttributeAsync("href");
        all.Simulator.SignIn.ShowPage = false;
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var elsewhere = new HttpClient(handler);
        using var sentTo = await elsewhere.GetAsync(page);
        var address = sentTo.Headers.Location!.AbsoluteUri;

        await all.Page.GetByLabel("Paste its address here").FillAsync("http://localhost:1/nothing");
        await ButtonAsync(all, "Use the pasted address");
        await SaidAsync(all, "That is not the address of the page");
        await all.Page.GetByLabel("Paste its address here").FillAsync(address);
        await ButtonAsync(all, "Use the pasted address");

        await SaidAsync(all, "Signed in as person@example.com (plus).");
    }

    [BrowserFact]
    public async Task A_code_is_typed_on_another_device()
    {
        await using var all = await RealDashboard.StartAsync(signedIn: false);
        all.Simulator.SignIn.Devices.Interval = 1;
        await all.OpenAsync("accounts/add");

        await ButtonAsync(all, "Get a code");
        await SaidAsync(all, "The code holds for 1");
        var code = await all.Page.Locator(".code .mono").InnerTextAsync();
        all.Simulator.SignIn.Devices.Approve(code).ShouldBeTrue(code);

        await SaidAsync(all, "Signed in as person@example.com (plus).");
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task A_device_that_is_turned_away_is_said()
    {
        await using var all = await RealDashboard.StartAsync(signedIn: false);
        all.Simulator.SignIn.Devices.Interval = 1;
        await all.OpenAsync("accounts/add");

        await ButtonAsync(all, "Get a code");
        await SaidAsync(all, "The code holds for 1");
        all.Simulator.SignIn.Devices.Deny(await all.Page.Locator(".code .mono").InnerTextAsync()).ShouldBeTrue();

        await all.Page.GetByRole(AriaRole.Alert).GetByText("Not done").WaitForAsync();
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Get a code" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Two_accounts_are_copied_switched_renewed_verified_asked_and_signed_out()
    {
        await using var all = await RealDashboard.StartAsync(signedIn: true);
        await all.OpenAsync("accounts/add");
        await ButtonAsync(all, "Copy the Codex CLI’s login");
        await SaidAsync(all, "Imported person@example.com from the Codex CLI.");
        await all.LogCodexInAsync(all.Simulator.Accounts.Add("team@example.org"));
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Add an account" }).ClickAsync();
        await ButtonAsync(all, "Copy the Codex CLI’s login");
        await SaidAsync(all, "Imported team@example.org from the Codex CLI.");
        await SaidAsync(all, "2 accounts");

        await all.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "person@example.com" }).ClickAsync();
        await ButtonAsync(all, "Let it serve");
        await SaidAsync(all, "Switched to account: person@example.com");
        await ButtonAsync(all, "Renew login");
        await SaidAsync(all, "Renewed the login of person@example.com.");
        await ButtonAsync(all, "Verify");
        await SaidAsync(all, "The backend serves person@example.com.");
        await ButtonAsync(all, "Update quota");
        await SaidAsync(all, "The quota is up to date.");
        await all.Page.GetByLabel("Details").GetByText("5 hours").First.WaitForAsync();
        await all.Page.GetByLabel("Details").GetByText("Week").First.WaitForAsync();

        await ButtonAsync(all, "Renew all logins");
        await SaidAsync(all, "Renewed 2 logins.");
        await ButtonAsync(all, "Sign out…");
        await ButtonAsync(all, "Keep it");
        await ButtonAsync(all, "Sign out…");
        await ButtonAsync(all, "Sign out");
        await SaidAsync(all, "Signed out person@example.com. team@example.org serves now.");
        await SaidAsync(all, "1 account");
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task The_quota_that_an_answer_tells_appears_while_the_page_is_open()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.OpenAsync("accounts/codex-cli");
        await SaidAsync(all, "Nothing is known yet.");

        await all.AskAsync();

        await all.Page.GetByLabel("Details").GetByText("5 hours").First.WaitForAsync();
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Its requests" }).ClickAsync();
        await all.Page.Locator("[data-key]").First.ClickAsync();
        await all
            .Page.GetByLabel("Details")
            .GetByRole(AriaRole.Link, new() { Name = "person@example.com" })
            .ClickAsync();
        await all.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).WaitForAsync();
    }

    private static Task ButtonAsync(RealDashboard all, string name) =>
        all.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    private static Task SaidAsync(RealDashboard all, string text) => all.Page.GetByText(text).First.WaitForAsync();
}
