using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Credentials;

/// <summary>The token endpoint on a real socket, for programs of their own. Refresh tokens are single use.</summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TokenEndpoint _endpoint = new() { NewExpiry = TimeProvider.System.GetUtcNow().AddDays(10) };
    private int _exchanges;

    private IssuerServer(WebApplication app) => _app = app;

    /// <summary>Exchanges asked for.</summary>
    public int Exchanges => _exchanges;

    /// <summary>Awaited before a request is answered.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>The issuer.</summary>
    public Uri Address => new(_app.Urls.Single());

    public static async Task<IssuerServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new IssuerServer(app);
        app.MapPost("/oauth/token", (RequestDelegate)server.ExchangeAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _endpoint.Dispose();
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Interlocked.Increment(ref _exchanges);
        await BeforeAnswer();
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        using var answer = _endpoint.Rotate(body);
        context.Response.StatusCode = (int)answer.StatusCode;
        await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }
}
