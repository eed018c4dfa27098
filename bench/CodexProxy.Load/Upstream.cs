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

/// <summary>Temporary.</summary>
internal static class Upstream
{
    /// <summary>Temporary.</summary>
    public static async Task RunAsync(UpstreamShape shape)
    {
        await File.WriteAllTextAsync(
            Path.Combine(shape.Home, "auth.json"),
            """{"tokens":{"access_token":"x","account_id":"y"}}"""
        );
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            http.Response.ContentType = "text/event-stream";
            for (var i = 0; i < shape.Deltas; i++)
            {
                if (shape.Gap > TimeSpan.Zero)
                {
                    await Task.Delay(shape.Gap, TimeProvider.System);
                }
                await http.Response.WriteAsync(
                    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_abc\",\"output_index\":1,\"content_index\":0,\"delta\":\" hello\",\"sequence_number\":12}\n\n"
                );
            }
            await http.Response.WriteAsync("event: response.completed\ndata: {\"type\":\"response.completed\"}\n\n");
        });
        await app.StartAsync();
        Readiness.Announce(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        await app.WaitForShutdownAsync();
    }
}
