using System.Net;
using System.Net.Sockets;
using CodexProxy.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CodexProxy.SignIn;

/// <summary>Waits on a loopback port for the browser that comes back from the issuer.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private const string SuccessPath = "/success";

    private const int Retries = 10;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    // For the browser to fetch the page it was sent to.
    private static readonly TimeSpan PagePatience = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;
    private Receiver? _receiver;
    private volatile bool _isFinished;

    private CallbackListener(TimeProvider time) => _time = time;

    /// <summary>The port taken.</summary>
    public int Port { get; private set; }

    /// <summary>Where the browser is to be sent back to.</summary>
    public Uri RedirectUri => new($"http://127.0.0.1:{Port}/auth/callback");

    /// <summary>
    /// Listens on the first port that is free. Whoever holds the first one is asked to make room and given 2 s for it.
    /// </summary>
    /// <param name="ports">Ports to try in this order; 0 takes a free one.</param>
    /// <param name="time">Clock of the waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SignInFailedException">No port is free.</exception>
    public static async Task<CallbackListener> StartAsync(
        IReadOnlyList<int> ports,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var listener = new CallbackListener(time);
        if (await listener.TryListenAsync(ports[0], cancellationToken))
        {
            return listener;
        }

        await CourtesyCancel.SendAsync(ports[0], time, cancellationToken);
        for (var retry = 0; retry < Retries; retry++)
        {
            await Task.Delay(RetryInterval, time, cancellationToken);
            if (await listener.TryListenAsync(ports[0], cancellationToken))
            {
                return listener;
            }
        }

        foreach (var port in ports.Skip(1))
        {
            if (await listener.TryListenAsync(port, cancellationToken))
            {
                return listener;
            }
        }

        throw new SignInFailedException(
            $"The browser's answer cannot be received: {(ports.Count == 1 ? "port" : "ports")} "
                + $"{string.Join(" and ", ports)} {(ports.Count == 1 ? "is" : "are")} in use by other programs. "
                + "End one of them, or sign in with --device."
        );
    }

    /// <summary>From now on callbacks are handed over. Before, there is nothing to find.</summary>
    /// <param name="receive">Takes a callback and tells what to show.</param>
    /// <param name="cancel">Another sign-in asks for the port.</param>
    public void Attach(Func<CallbackQuery, Task<SignInPage>> receive, Func<Task> cancel) =>
        _receiver = new Receiver(receive, cancel);

    /// <summary>
    /// A browser is about to be sent to the page of success, and listening goes on until it has fetched it, 3 s at most.
    /// </summary>
    public void ExpectLastPage() => _isFinished = true;

    /// <summary>Stops listening, after the browser has fetched its last page.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }

        if (_isFinished)
        {
            using var shown = new CancellationTokenSource();
            await Task.WhenAny(_shown.Task, Task.Delay(PagePatience, _time, shown.Token));
            await shown.CancelAsync();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<bool> TryListenAsync(int port, CancellationToken cancellationToken)
    {
        // Empty, as the gateway's: no files, variables or log of the framework.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = ProductInfo.Name, EnvironmentName = Environments.Production }
        );
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        // Signals belong to the command that signs in.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.Run(AnswerAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            if (exception is SocketException or IOException { InnerException: AddressInUseException })
            {
                return false;
            }

            throw;
        }

        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = new Uri(addresses.First()).Port;
        return true;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (await PageAsync(http) is not { } page)
        {
            SignInPage.SetHeaders(http.Response.Headers);
            http.Response.Redirect(SuccessPath);
            return;
        }

        if (page.IsFinished)
        {
            http.Response.OnCompleted(() =>
            {
                _shown.TrySetResult();
                return Task.CompletedTask;
            });
        }

        await page.WriteAsync(http.Response, http.RequestAborted);
    }

    // Null sends the browser to the page of success, whose address holds no code.
    private async Task<SignInPage?> PageAsync(HttpContext http)
    {
        var request = http.Request;
        // A page whose name was made to point here sends its own name.
        if (request.Host.Port != Port || request.Host.Host is not ("127.0.0.1" or "localhost"))
        {
            return SignInPage.WrongHost;
        }

        if (_receiver is not { } receiver || !HttpMethods.IsGet(request.Method))
        {
            return SignInPage.NotFound;
        }

        switch (request.Path.Value)
        {
            case "/auth/callback":
                var page = await receiver.Receive(CallbackQuery.Of(request.Query));
                return page.IsFinished && _isFinished ? null : page;
            case SuccessPath when _isFinished:
                return SignInPage.Finished;
            // Programs ask so; a page of some site must not end a sign-in by a picture's address.
            case "/cancel" when request.Headers["Sec-Fetch-Site"].FirstOrDefault() is null or "none":
                await receiver.Cancel();
                return SignInPage.Cancelled;
            default:
                return SignInPage.NotFound;
        }
    }

    private sealed record Receiver(Func<CallbackQuery, Task<SignInPage>> Receive, Func<Task> Cancel);

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
