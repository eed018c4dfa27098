namespace CodexProxy.Codex;

/// <summary>
/// The two ways to the upstream: the pooled connections every request uses, and a fresh one for the single repeat after a
/// block page, which belongs to a connection more often than to a request.
/// </summary>
internal sealed class UpstreamConnections(HttpClient pooled, HttpMessageHandler? handler) : IDisposable
{
    private readonly Lazy<HttpClient> _fresh = new(() => UpstreamHttp.CreateClient(handler, TimeSpan.Zero));

    /// <summary>The client for ordinary requests.</summary>
    public HttpClient Pooled => pooled;

    /// <summary>The client to send with.</summary>
    public HttpClient For(bool freshConnection) => freshConnection ? _fresh.Value : pooled;

    public void Dispose()
    {
        if (_fresh.IsValueCreated)
        {
            _fresh.Value.Dispose();
        }
    }
}
