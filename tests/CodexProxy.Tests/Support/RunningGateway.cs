using System.Net.Sockets;
using System.Reflection;
using System.Text;
using CodexProxy.Hosting;
using CodexProxy.Options;
using Microsoft.AspNetCore.Builder;

namespace CodexProxy.Tests.Support;

/// <summary>The whole program in memory, on a free port, with a folder and a clock of its own.</summary>
public sealed class RunningGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private RunningGateway(WebApplication app, TempFolder folder, CollectedLog log)
    {
        _app = app;
        _folder = folder;
        Log = log;
        Address = new UriBuilder(GatewayHost.AddressOf(app)) { Host = "127.0.0.1" }.Uri;
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>The folder of the program's state.</summary>
    public string Home => _folder["home"];

    public HttpClient Http { get; }

    public CollectedLog Log { get; }

    /// <summary>One of the things the program is made of.</summary>
    public T Get<T>()
        where T : notnull => (T)_app.Services.GetService(typeof(T))!;

    public static async Task<RunningGateway> StartAsync(
        Func<ProxyOptions, ProxyOptions>? configure = null,
        HttpMessageHandler? upstream = null,
        Action<WebApplication>? map = null,
        TimeProvider? time = null,
        OptionInputs? inputs = null,
        Assembly? page = null
    )
    {
        var folder = new TempFolder();
        var log = new CollectedLog();
        var options = new ProxyOptions
        {
            Home = folder["home"],
            ConfigPath = folder["home/config.json"],
            CodexHome = folder["codex"],
            Server = new ServerOptions { Port = 0 },
        };
        var app = GatewayHost.Build(
            configure?.Invoke(options) ?? options,
            new GatewaySurroundings
            {
                Upstream = upstream,
                Logs = log,
                Time = time ?? TimeProvider.System,
                Inputs = inputs,
                Page = page ?? typeof(GatewayHost).Assembly,
            }
        );
        map?.Invoke(app);
        await app.StartAsync();
        return new RunningGateway(app, folder, log);
    }

    /// <summary>
    /// Sends bytes as they are, and returns the whole answer as text. For what HTTP clients do not send.
    /// </summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Stops it as the end of the program does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
