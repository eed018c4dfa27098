using System.Net;
using System.Net.Sockets;
using CodexProxy.Options;
using CodexProxy.SignIn;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Accounts;

namespace CodexProxy.Tests.SignIn;

/// <summary>The simulator as issuer, and a browser that follows its redirects.</summary>
internal sealed class SignInStage : IAsyncDisposable
{
    private readonly HttpClient _upstream = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private bool _isStopped;

    private SignInStage(CodexSimulator simulator) => Simulator = simulator;

    public CodexSimulator Simulator { get; }

    public DeviceFlow Devices => Simulator.SignIn.Devices;

    public HttpClient Browser { get; } = new(new SocketsHttpHandler());

    public ProxyOptions Options =>
        new()
        {
            Upstream = new UpstreamOptions { AuthIssuer = Simulator.Address },
            Login = new LoginOptions { CallbackPorts = [0] },
        };

    public static async Task<SignInStage> StartAsync(TimeProvider? time = null) =>
        new(
            await CodexSimulator.StartAsync(
                new SimulatorOptions { TimeProvider = time ?? TimeProvider.System },
                TestContext.Current.CancellationToken
            )
        );

    public Task<BrowserSignIn> BeginAsync(TimeProvider? time = null, params int[] ports) =>
        BrowserSignIn.BeginAsync(
            ports.Length == 0 ? Options : Options with { Login = new LoginOptions { CallbackPorts = ports } },
            _upstream,
            time ?? TimeProvider.System,
            BrowserSignIn.UsualLimit,
            TestContext.Current.CancellationToken
        );

    public DeviceSignIn Device(TimeProvider time) => new(new IssuerClient(_upstream, time), Options.Upstream, time);

    public CodeExchange Exchange() => new(new IssuerClient(_upstream, TimeProvider.System), Options.Upstream);

    /// <summary>Opens an address as a browser does, with all redirects.</summary>
    public async Task<(int Status, string Html, Uri Address)> BrowseAsync(Uri address)
    {
        using var response = await Browser.GetAsync(address, TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, html, response.RequestMessage!.RequestUri!);
    }

    /// <summary>Where the issuer would send the browser, without going there.</summary>
    public async Task<Uri> AnswerAsync(Uri authorize)
    {
        using var response = await _upstream.GetAsync(authorize, TestContext.Current.CancellationToken);
        return response.Headers.Location!;
    }

    /// <summary>Whether somebody listens on a port of this machine.</summary>
    public static async Task<bool> IsOpenAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async Task StopIssuerAsync()
    {
        _isStopped = true;
        await Simulator.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        _upstream.Dispose();
        if (!_isStopped)
        {
            await Simulator.DisposeAsync();
        }
    }
}
