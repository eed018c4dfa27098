namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>What a reader of Chat answers knows beforehand.</summary>
public sealed record ChatUpstreamAnswer
{
    /// <summary>Makes ids that are this answer's own; another for every attempt.</summary>
    public required string Seed { get; init; }

    /// <summary>Name of the upstream; stands before the model that it names.</summary>
    public required string Upstream { get; init; }

    /// <summary>When the request was sent, Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Whether reasoning goes back to the upstream with the next request.</summary>
    public bool ReturnsReasoning { get; init; }

    /// <summary>Names of tools whose input is free text.</summary>
    public IReadOnlySet<string> CustomTools { get; init; } = new HashSet<string>();
}
