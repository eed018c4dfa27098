using CodexProxy.Commands;
using CodexProxy.Simulator;
using CodexProxy.Tests.Commands;
using CodexProxy.Tests.Support;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary><c>codex-proxy login</c> with a person at a real browser; the simulator is the issuer.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private readonly CommandRun _run = new();
    private readonly AwaitedLines _output = new();
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource<Uri> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CodexSimulator _simulator = null!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await CodexSimulator.StartAsync();
        _simulator.SignIn.ShowPage = true;
        _run.Variables["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.AbsoluteUri;
        _run.Variables["CODEX_PROXY_CALLBACK_PORTS"] = "0";
        _run.Surroundings = _run.Surroundings with { Time = _time, OpenBrowser = _opened.TrySetResult };
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        _run.Dispose();
        await _simulator.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_person_who_allows_it_sees_the_finished_page_and_the_command_is_done()
    {
        await using var browser = await BrowserSession.StartAsync();
        var running = RunAsync();
        await browser.Page.GotoAsync((await _opened.Task).AbsoluteUri);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();

        await browser.Page.GetByText("You are signed in").WaitForAsync();
        (await running).ShouldBe(ExitCode.Done);
        _output.Text.ShouldEndWith("✓ Signed in as person@example.com (plus).\n");
        var address = new Uri(browser.Page.Url);
        (address.AbsolutePath, address.Query).ShouldBe(("/success", ""));
        await LooksRightAsync(browser);
    }

    [BrowserFact]
    public async Task A_person_who_denies_it_sees_the_page_that_says_so()
    {
        await using var browser = await BrowserSession.StartAsync();
        var running = RunAsync();
        await browser.Page.GotoAsync((await _opened.Task).AbsoluteUri);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();

        await browser.Page.GetByRole(AriaRole.Heading, new() { Name = "You are not signed in" }).WaitForAsync();
        (await running).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldBe("error: The sign-in was denied. Sign in again and choose to allow it.\n");
        await LooksRightAsync(browser, refused: true);
    }

    [BrowserFact]
    public async Task A_closed_window_ends_at_the_time_limit()
    {
        await using var browser = await BrowserSession.StartAsync();
        var running = RunAsync();
        await browser.Page.GotoAsync((await _opened.Task).AbsoluteUri);

        await browser.Page.CloseAsync();
        running.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(2));

        (await running).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldBe("error: Nobody signed in within 2 minutes. Sign in again.\n");
    }

    private Task<int> RunAsync() => _run.RunAsync(_output, TestContext.Current.CancellationToken, "login");

    // The style is allowed by the page's own policy, nothing was asked of anybody else, and nobody complained.
    private async Task LooksRightAsync(BrowserSession browser, bool refused = false)
    {
        var mark = await browser.Page.Locator("svg").EvaluateAsync<string>("svg => getComputedStyle(svg).borderRadius");
        mark.ShouldBe("50%");
        browser.Requests.ShouldAllBe(request => request.Host == "127.0.0.1");
        // A status of 400 is such a complaint too, and the only lawful one.
        var origin = new Uri(browser.Page.Url).GetLeftPart(UriPartial.Authority);
        browser
            .Complaints.Where(complaint => complaint.StartsWith(origin, StringComparison.Ordinal))
            .ShouldAllBe(complaint => refused && complaint.Contains("400 (Bad Request)", StringComparison.Ordinal));
    }
}
