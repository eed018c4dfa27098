using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>A browser with one empty window, and what went wrong in its pages.</summary>
internal sealed class BrowserSession : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private BrowserSession(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{message.Location} {message.Text}");
            }
        };
        page.Request += (_, request) => Requests.Add(new Uri(request.Url));
    }

    /// <summary>The window.</summary>
    public IPage Page { get; }

    /// <summary>What the browser's console complained about: address and text.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Every address the window asked for.</summary>
    public List<Uri> Requests { get; } = [];

    public static async Task<BrowserSession> StartAsync()
    {
        // The driver is part of the package; its installer of browsers must never run.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = BrowserProgram.Path,
                Args =
                [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        return new BrowserSession(playwright, browser, await browser.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
