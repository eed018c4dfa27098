using System.Net;

namespace CodexProxy.Codex;

/// <summary>The one way out.</summary>
internal static class UpstreamHttp
{
    /// <summary>How long a connection may take, by the clock of the machine.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    /// <summary>The client for every request that leaves the program. Deadlines belong to each request.</summary>
    /// <param name="handler">Carries the requests; null for real sockets.</param>
    /// <param name="connectionLifetime">How long a connection is reused; zero for one connection a request.</param>
    public static HttpClient CreateClient(HttpMessageHandler? handler, TimeSpan? connectionLifetime = null) =>
        new(handler ?? CreateHandler(connectionLifetime ?? TimeSpan.FromMinutes(10)), disposeHandler: handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            // Of answers that are read whole; whoever expects less says so.
            MaxResponseContentBufferSize = 32 * 1024 * 1024,
        };

    /// <summary>Real sockets.</summary>
    /// <param name="connectionLifetime">How long a connection is reused.</param>
    /// <param name="connectLimit">How long it may take to get one. Default <see cref="ConnectLimit"/>.</param>
    public static SocketsHttpHandler CreateHandler(TimeSpan connectionLifetime, TimeSpan? connectLimit = null) =>
        new()
        {
            // A redirect would carry a token to a place nobody has configured.
            AllowAutoRedirect = false,
            UseCookies = false,
            // The backend is asked for nothing but what its own client asks for: no compressed answers, which buffer a stream,
            // and no ids of our traces.
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectLimit ?? ConnectLimit,
            PooledConnectionLifetime = connectionLifetime,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        };
}
