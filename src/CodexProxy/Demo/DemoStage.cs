using CodexProxy.Credentials;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Simulator;

namespace CodexProxy.Demo;

/// <summary>Simulator and gateway in this process, on loopback, with a folder that is gone afterwards.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private DemoStage(DirectoryInfo folder, CodexSimulator simulator, WebApplication gateway, ProxyOptions options)
    {
        _folder = folder;
        Simulator = simulator;
        Gateway = gateway;
        Options = options;
    }

    /// <summary>A key of the form that clients show; the demo's gateway asks for none.</summary>
    public static string Key { get; } = LocalKey.Sign("demo"u8).Reveal();

    /// <summary>The upstream.</summary>
    public CodexSimulator Simulator { get; }

    /// <summary>The gateway.</summary>
    public WebApplication Gateway { get; }

    /// <summary>The gateway's settings.</summary>
    public ProxyOptions Options { get; }

    /// <summary>Where the gateway listens.</summary>
    public Uri Address => GatewayHost.AddressOf(Gateway);

    /// <summary>Starts both.</summary>
    /// <param name="port">Port of the gateway; 0 takes a free one.</param>
    /// <param name="tap">Carries what the gateway sends upstream.</param>
    /// <param name="log">Receives the gateway's log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DemoStage> StartAsync(
        int port,
        HttpMessageHandler tap,
        ILoggerProvider log,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("codex-proxy-demo-");
        var simulator = await CodexSimulator.StartAsync(cancellationToken: cancellationToken);
        await simulator.Login.WriteAsync(
            Path.Combine(folder.FullName, "auth.json"),
            cancellationToken: cancellationToken
        );
        var options = new ProxyOptions
        {
            Home = folder.FullName,
            ConfigPath = Path.Combine(folder.FullName, "config.json"),
            CodexHome = folder.FullName,
            Server = new ServerOptions { Port = port },
            Upstream = new UpstreamOptions { BaseUrl = simulator.BackendUrl, AuthIssuer = simulator.Address },
        };
        var gateway = GatewayHost.Build(options, new GatewaySurroundings { Upstream = tap, Logs = log });
        var stage = new DemoStage(folder, simulator, gateway, options);
        try
        {
            await gateway.StartAsync(cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.StopAsync();
        await Gateway.DisposeAsync();
        await Simulator.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
