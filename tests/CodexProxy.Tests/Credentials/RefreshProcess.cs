using System.Diagnostics;
using CodexProxy.Credentials;
using CodexProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Tests.Credentials;

/// <summary>
/// A program of its own that refreshes the login it is pointed at, with the product's code and real sockets.
/// </summary>
internal sealed class RefreshProcess : IDisposable
{
    public const string Argument = "refresh-login";

    private readonly Process _process;

    private RefreshProcess(Process process) => _process = process;

    /// <summary>The child's side: says that it is ready, waits for a line, refreshes, and prints what it got.</summary>
    public static async Task<int> RunAsync(string authFile, Uri issuer, string dieAt)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var options = new OptionsSource(
            new ProxyOptions { Upstream = new UpstreamOptions { AuthIssuer = issuer } }
        );
        var client = new TokenClient(http, options, TimeProvider.System);
        var store = new WrappedStore(new AuthFile(authFile, "auth.json"))
        {
            AfterKeeping = () => DieAt("kept"),
            BeforeWriting = () => DieAt("writing"),
            AfterWriting = () => DieAt("written"),
        };
        void DieAt(string step)
        {
            if (step == dieAt)
            {
                // As hard as kill -9: no handler, no finally, no flush.
                Process.GetCurrentProcess().Kill();
            }
        }

        await using var login = new CodexLogin(store, client, TimeProvider.System, NullLogger<CodexLogin>.Instance);
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var result = await login.GetAsync(default);
        await Console.Out.WriteLineAsync(
            result is Credential credential ? credential.AccessToken.Fingerprint : result.ToString()
        );
        return result is Credential ? 0 : 1;
    }

    /// <summary>Starts a child and waits until it is ready.</summary>
    public static async Task<RefreshProcess> StartAsync(string authFile, Uri issuer, string dieAt = "")
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Under "dotnet test" the program may have been started through the host.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(RefreshProcess).Assembly.Location);
        }

        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(authFile);
        start.ArgumentList.Add(issuer.AbsoluteUri);
        start.ArgumentList.Add(dieAt);
        var child = new RefreshProcess(Process.Start(start)!);
        (await child._process.StandardOutput.ReadLineAsync()).ShouldBe("ready");
        return child;
    }

    /// <summary>Lets it refresh.</summary>
    public void Go()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for its end; what it printed.</summary>
    public async Task<string> ResultAsync()
    {
        var result = await _process.StandardOutput.ReadLineAsync();
        await _process.WaitForExitAsync();
        return result ?? "";
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
