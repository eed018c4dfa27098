using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>The pictures of <c>docs/dashboard.md</c>: taken each time, and put there when <c>CODEX_PROXY_PICTURES</c> is set.</summary>
public sealed class PictureTests
{
    private const string Session = "5e551011-0000-4000-8000-000000000001";

    [BrowserFact]
    public async Task The_pages_of_the_documentation_can_be_shown()
    {
        var newest = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1);
        var history = WrittenHistory.Of(4000, newest, TimeSpan.FromMinutes(5)).ToList();
        await using var all = await RealDashboard.StartAsync(history: history);
        await all.Page.SetViewportSizeAsync(1280, 720);
        await all.Page.EmulateMediaAsync(
            new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce }
        );
        var quota = all.Simulator.Accounts.Default.Quota;
        quota.Primary.ResetsAt = newest + TimeSpan.FromMinutes(140);
        quota.Secondary.ResetsAt = newest + TimeSpan.FromDays(3);
        (quota.Primary.UsedPercent, quota.Secondary.UsedPercent) = (38, 46);
        var gate = new Gate();
        all.Simulator.Next(Turn.Text("Hello").Hold(gate).Text("again"));
        var asked = all.AskAsync("Say hello", Session);
        // One that broke the prompt cache, so that there is something to be seen.
        var miss = history.Last(one => one.Cache?.Changes is { Count: > 0 });

        await TakeAsync(all, "overview", "overview", "Streaming");
        await TakeAsync(all, "session", $"sessions/{miss.Session}?q={miss.Session![..8]}", "What broke the cache");
        await TakeAsync(all, "request", $"requests/{miss.RequestId}", "One attempt");
        await TakeAsync(all, "usage", "usage", "Tokens by day");
        gate.Open();
        await asked;
        Looks.AreQuiet(all.Browser, all.Address);
    }

    private static async Task TakeAsync(RealDashboard all, string name, string page, string text)
    {
        await all.OpenAsync(page);
        await all.Page.GetByText(text).First.WaitForAsync();
        await Assertions.Expect(all.Page.GetByText("Asking the gateway…")).ToHaveCountAsync(0);
        await Looks.KeepAsync(all.Page, $"docs-{name}");
        if (Environment.GetEnvironmentVariable("CODEX_PROXY_PICTURES") is { Length: > 0 })
        {
            await all.Page.ScreenshotAsync(new() { Path = Repository.File($"docs/pictures/{name}.png") });
        }
    }
}
