using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Load;

/// <summary>
/// The yardstick: the least a streaming proxy on this framework can do. It forwards request and response bytes unread and
/// flushes after every read.
/// </summary>
internal static class Forwarder
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Forwards everything to <paramref name="upstream"/> until the process is stopped.</summary>
    public static async Task RunAsync(Uri upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        using var connections = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
            }
        );
        app.Run(http => ForwardAsync(http, upstream, connections));
        await app.StartAsync();
        Readiness.Announce(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        await app.WaitForShutdownAsync();
    }

    private static async Task ForwardAsync(HttpContext http, Uri upstream, HttpMessageInvoker connections)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(http.Request.Method),
            new Uri(upstream, http.Request.Path + http.Request.QueryString)
        );
        request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers)
        {
            if (name is not ("Host" or "Connection" or "Transfer-Encoding") && !name.StartsWith(':'))
            {
                IEnumerable<string?> list = values;
                if (!request.Headers.TryAddWithoutValidation(name, list))
                {
                    request.Content.Headers.TryAddWithoutValidation(name, list);
                }
            }
        }

        using var answer = await connections.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in answer.Headers)
        {
            if (name is not ("Transfer-Encoding" or "Connection"))
            {
                http.Response.Headers[name] = values.ToArray();
            }
        }

        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        var writer = http.Response.BodyWriter;
        while (await body.ReadAsync(writer.GetMemory(ReadSize), http.RequestAborted) is > 0 and var read)
        {
            writer.Advance(read);
            await writer.FlushAsync(http.RequestAborted);
        }
    }
}
