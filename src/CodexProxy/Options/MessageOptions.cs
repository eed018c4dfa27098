namespace CodexProxy.Options;

/// <summary>How messages are translated where there is a choice.</summary>
public sealed record MessageOptions
{
    /// <summary>
    /// What happens to a request that ends with an assistant message. Default <see cref="PrefillRule.Continue"/>.
    /// </summary>
    public PrefillRule Prefill { get; init; }

    /// <summary>
    /// <c>low</c>, <c>medium</c> or <c>high</c>, sent as <c>text.verbosity</c>. Default none: not sent.
    /// </summary>
    public string? Verbosity { get; init; }
}

/// <summary>What happens to a request that ends with an assistant message.</summary>
public enum PrefillRule
{
    /// <summary>The model is asked to continue that message.</summary>
    Continue,

    /// <summary>400, as the newest models of the client's vendor answer.</summary>
    Reject,
}
