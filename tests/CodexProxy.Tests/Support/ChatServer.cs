using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CodexProxy.Tests.Support;

/// <summary>A small OpenAI-compatible server: it gives the answers it was told to, and keeps what it was asked.</summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _answers = new();

    private ChatServer(WebApplication app) => _app = app;

    public Uri Address =>
        new(
            new Uri(
                _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
            "/v1"
        );

    public ConcurrentQueue<ChatServerRequest> Requests { get; } = [];

    public static async Task<ChatServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1)
        );
        var app = builder.Build();
        var server = new ChatServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Answers the next request with a stream of these chunks; <c>[DONE]</c> is one of them.</summary>
    public void Stream(params string[] chunks) =>
        _answers.Enqueue(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var chunk in chunks)
            {
                await http.Response.WriteAsync($"data: {chunk}\n\n");
            }
        });

    /// <summary>Answers the next request with these chunks, and drops the connection when they have been seen.</summary>
    public void Cut(Task seen, params string[] chunks) =>
        _answers.Enqueue(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var chunk in chunks)
            {
                await http.Response.WriteAsync($"data: {chunk}\n\n");
                await http.Response.Body.FlushAsync();
            }

            await seen;
            http.Abort();
        });

    /// <summary>Answers the next request with a body.</summary>
    public void Answer(string json, int status = 200, params (string Name, string Value)[] headers) =>
        _answers.Enqueue(http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            foreach (var (name, value) in headers)
            {
                http.Response.Headers[name] = value;
            }

            return http.Response.WriteAsync(json);
        });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Requests.Enqueue(
            new ChatServerRequest(
                http.Request.Path,
                http.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                System.Text.Encoding.UTF8.GetString(body.ToArray())
            )
        );
        if (_answers.TryDequeue(out var answer))
        {
            await answer(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status418ImATeapot;
    }
}

/// <summary>One request that the server has seen.</summary>
public sealed record ChatServerRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }
}
