namespace CodexProxy.Browser;

/// <summary>The Chromium of the system. Playwright's own download is not used.</summary>
public static class BrowserProgram
{
    /// <summary>Why these tests are skipped where the browser is missing.</summary>
    public const string MissingReason =
        "Chromium is not installed; install Debian's package, or name another one in CODEX_PROXY_TEST_CHROMIUM.";

    private const string Usual = "/usr/bin/chromium";

    /// <summary>
    /// False only on a developer's machine without the browser. In CI the tests run and fail: a suite that cannot run
    /// must not look green.
    /// </summary>
    public static bool ShouldRun => Find() is not null || Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Full path of the program.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static string Path => Find() ?? throw new FileNotFoundException(MissingReason);

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("CODEX_PROXY_TEST_CHROMIUM");
        var path = string.IsNullOrEmpty(named) ? Usual : named;
        return File.Exists(path) ? path : null;
    }
}
