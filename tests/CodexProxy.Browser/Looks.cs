using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>What every page must be, whatever is on it.</summary>
internal static class Looks
{
    /// <summary>No rule of accessibility is broken, and nothing is wider than the screen.</summary>
    public static async Task AreSoundAsync(IPage page, string name)
    {
        await page.EvaluateAsync(MockDashboard.Axe);
        var broken = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document)).violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.target).join(' ')}`)
            """
        );
        broken.ShouldBeEmpty(name);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue(
            $"{name} is wider than the screen"
        );
    }

    /// <summary>The browser complained of nothing, and asked nobody but the page's own server.</summary>
    public static void AreQuiet(BrowserSession browser, Uri server)
    {
        browser.Complaints.ShouldBeEmpty();
        browser.Requests.ShouldAllBe(request => request.Scheme == "about" || request.Authority == server.Authority);
    }

    /// <summary>Keeps a picture for people, in <c>artifacts/pictures</c>.</summary>
    public static Task KeepAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(Folder(), name + ".png") });

    private static string Folder([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "artifacts", "pictures"));
}
