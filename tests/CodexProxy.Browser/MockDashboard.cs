using System.Diagnostics;
using CodexProxy.Tests.Support;

namespace CodexProxy.Browser;

/// <summary>The built page with its mock behind it instead of a gateway, under the gateway's own Content-Security-Policy.</summary>
internal sealed class MockDashboard : IAsyncDisposable
{
    /// <summary>Why these tests are skipped where the page was not built.</summary>
    public const string MissingReason = "The dashboard was not built; Node 20.19 or newer with npm is needed.";

    private readonly Process _process;

    private MockDashboard(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Whether the page and what serves it are there.</summary>
    public static bool IsBuilt =>
        File.Exists(Path.Combine(Output, "index.html")) && Directory.Exists(Path.Combine(Source, "node_modules"));

    /// <summary>Where it is served.</summary>
    public Uri Address { get; }

    /// <summary>The accessibility rules, as a script for the page.</summary>
    public static string Axe => File.ReadAllText(Path.Combine(Source, "node_modules", "axe-core", "axe.min.js"));

    private static string Source => Repository.File("dashboard");

    private static string Output => Repository.File("artifacts/dashboard");

    public static async Task<MockDashboard> StartAsync()
    {
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(Source, "dev", "serve.mjs"), Output },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var line = await process.StandardOutput.ReadLineAsync();
        return new MockDashboard(
            process,
            new Uri(line ?? throw new InvalidOperationException("The mock did not start."))
        );
    }

    /// <summary>The address of a page in a scene: nothing for the rich and live one.</summary>
    public string At(string page, string scene = "still") => $"{Address}?scene={scene}#/{page}";

    /// <summary>Lets its API disappear.</summary>
    public Task GoneAsync() => TellAsync("gone");

    /// <summary>Lets it come back.</summary>
    public Task BackAsync() => TellAsync("back");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task TellAsync(string word)
    {
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        using var response = await http.PostAsync(new Uri(Address, "__mock/" + word), content: null);
        response.EnsureSuccessStatusCode();
    }
}
