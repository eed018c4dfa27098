using CodexProxy.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CodexProxy.Hosting;

/// <summary>How the server listens, and what it refuses before anybody looks at it.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, ServerOptions server)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = server.BodyLimit;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        // A stream may stand still for minutes while the model thinks, and a client may be slow to read; both are
        // lawful.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(server.Address, server.Port);
    }
}
