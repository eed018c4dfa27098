namespace CodexProxy.Protocol.Errors;

/// <summary>An error in words that belong to no protocol.</summary>
/// <param name="Code">Code that names it, the upstream's own where it gave one; null for none.</param>
/// <param name="Field">The field of the client's request that is to blame; null for none.</param>
/// <param name="Message">Text for people; never holds a secret.</param>
public sealed record PlainError(string? Code, string? Field, string Message)
{
    /// <summary>When a window of the plan that is used up starts anew; null when that is not known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>The field that is to blame, as the upstream names it; null when it named none.</summary>
    public string? UpstreamField { get; init; }
}
