using System.Net;

namespace CodexProxy.Codex;

/// <summary>The one way out.</summary>
internal static class UpstreamHttp
{
    /// <summary>The client for every request that leaves the program. Deadlines belong to each request.</summary>
    /// <param name="handler">Carries the requests; null for real sockets.</param>
    /// <param name="connectionLifetime">How long a connection is reused; zero for one connection a request.</param>
    public static HttpClient CreateClient(HttpMessageHandler? handler, TimeSpan? connectionLifetime = null) =>
        new(
            handler ?? CreateSocketsHandler(connectionLifetime ?? TimeSpan.FromMinutes(10)),
            disposeHandler: handler is null
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
            // Of answers that are read whole; whoever expects less says so.
            MaxResponseContentBufferSize = 32 * 1024 * 1024,
        };

    private static SocketsHttpHandler CreateSocketsHandler(TimeSpan connectionLifetime) =>
        new()
        {
            // A redirect would carry a token to a place nobody has configured.
            AllowAutoRedirect = false,
            UseCookies = false,
            // The backend is asked for nothing but what its own client asks for: no compressed answers, which buffer a stream,
            // and no ids of our traces.
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = connectionLifetime,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        };
}
