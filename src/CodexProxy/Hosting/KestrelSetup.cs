using CodexProxy.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CodexProxy.Hosting;

/// <summary>How the server listens, and what it refuses before anybody looks at it.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, ServerOptions server)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = server.BodyLimit;
        limits.MaxRequestHeadersTotalSize = 64 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestLineSize = 16 * 1024;
        limits.MaxConcurrentConnections = server.MaxConnections;
        // These are not counted among the former.
        limits.MaxConcurrentUpgradedConnections = server.MaxConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        // A body that comes more slowly is no client's; in bytes for each second.
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));
        // A stream may stand still for minutes while the model thinks, and a client may be slow to read; both are
        // lawful. What waits for a slow reader is bounded by the next line: then the upstream is not read on.
        limits.MinResponseDataRate = null;
        limits.MaxResponseBufferSize = 64 * 1024;
        var certificate = ServerCertificate.Load(server);
        kestrel.Listen(
            server.Address,
            server.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is { } found)
                {
                    listen.UseHttps(
                        new HttpsConnectionAdapterOptions
                        {
                            ServerCertificate = found.Leaf,
                            ServerCertificateChain = found.Chain,
                        }
                    );
                }
            }
        );
    }
}
