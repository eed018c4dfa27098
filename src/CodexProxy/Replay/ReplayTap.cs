namespace CodexProxy.Replay;

/// <summary>Carries the replayed attempts to the simulator, but for those that never got there.</summary>
internal sealed class ReplayTap : DelegatingHandler
{
    /// <summary>The failure of an attempt that found no server.</summary>
    public const string Unreachable = "Unreachable";

    private readonly Queue<bool> _reaches;

    /// <summary>Plays these attempts.</summary>
    public ReplayTap(IEnumerable<ReplayAttempt> attempts)
        : base(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        _reaches = new Queue<bool>(attempts.Select(attempt => attempt.Failure?.Kind != Unreachable));
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var isAttempt = request.RequestUri!.AbsolutePath.EndsWith("/responses", StringComparison.Ordinal);
        if (isAttempt && _reaches.TryDequeue(out var reaches) && !reaches)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Nobody listens in this replay.");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
