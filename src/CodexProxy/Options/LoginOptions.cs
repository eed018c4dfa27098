namespace CodexProxy.Options;

/// <summary>How a person signs in.</summary>
public sealed record LoginOptions
{
    /// <summary>
    /// Loopback ports on which a sign-in waits for the browser, tried in this order; 0 takes a free one. Default 1455 and
    /// 1457, the only ones the issuer sends a browser back to.
    /// </summary>
    public IReadOnlyList<int> CallbackPorts { get; init; } = [1455, 1457];
}
