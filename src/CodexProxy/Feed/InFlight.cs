using CodexProxy.Records;

namespace CodexProxy.Feed;

/// <summary>One request that is being served, at one moment. Names, times and counts only. Immutable.</summary>
internal sealed record InFlight
{
    /// <summary>Id of the request, as in the header <c>request-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Protocol of the client.</summary>
    public required RequestFace Face { get; init; }

    /// <summary>Product and version of the client; null when it is no such word.</summary>
    public string? Client { get; init; }

    /// <summary>Session id of the client; null when it sent none.</summary>
    public string? Session { get; init; }

    /// <summary>Sub-agent id of the client; null for the main loop.</summary>
    public string? Agent { get; init; }

    /// <summary>Model the client asked for.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Model the upstream is asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Key of the account that is asked: 12 hex digits; null before the first attempt.</summary>
    public string? Account { get; init; }

    /// <summary>Attempts at the upstream so far.</summary>
    public int Attempts { get; init; }

    /// <summary>From arrival to the first output; null while there is none.</summary>
    public TimeSpan? FirstOutput { get; init; }

    /// <summary>Events that the upstream has sent.</summary>
    public int Events { get; init; }

    /// <summary>Whether output has come.</summary>
    public bool IsStreaming => FirstOutput is not null;
}
