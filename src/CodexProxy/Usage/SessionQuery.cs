using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>Which sessions are listed, the ones that asked last first.</summary>
internal sealed record SessionQuery
{
    /// <summary>Most sessions of one page.</summary>
    public const int MaxLimit = 200;

    /// <summary>Sessions of the page, 1 to <see cref="MaxLimit"/>. Default 50.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended; null for the first.</summary>
    public UsageCursor? Before { get; init; }

    /// <summary>That asked from then on; they are told whole.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whose id begins with this text, or whose project contains it, in whatever case.</summary>
    public string? Text { get; init; }
}

/// <summary>One page of sessions.</summary>
/// <param name="Sessions">The ones that asked last first.</param>
/// <param name="Next">Where the next page goes on; null when there is none.</param>
internal sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, UsageCursor? Next);

/// <summary>One session of a client, over all its agents.</summary>
/// <param name="Id">The client's id of it.</param>
/// <param name="Project">The project it was last known to work in.</param>
/// <param name="Client">The client that asked last.</param>
/// <param name="StartedAt">When its first request arrived.</param>
/// <param name="LastAt">When its last request ended.</param>
/// <param name="Agents">How many sub-agents it had.</param>
/// <param name="Models">Models that served it, the most used first.</param>
/// <param name="Sums">What it used.</param>
internal sealed record SessionSummary(
    string Id,
    string? Project,
    string? Client,
    DateTimeOffset StartedAt,
    DateTimeOffset LastAt,
    int Agents,
    IReadOnlyList<string> Models,
    UsageSums Sums
);

/// <summary>One agent of a session.</summary>
/// <param name="Agent">Its id; null for the main loop.</param>
/// <param name="Models">Models that served it, the most used first.</param>
/// <param name="Efforts">Efforts it asked for, the most used first.</param>
/// <param name="StartedAt">When its first request arrived.</param>
/// <param name="LastAt">When its last request ended.</param>
/// <param name="Sums">What it used.</param>
internal sealed record AgentSummary(
    string? Agent,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Efforts,
    DateTimeOffset StartedAt,
    DateTimeOffset LastAt,
    UsageSums Sums
);

/// <summary>A session told whole.</summary>
/// <param name="Session">Its sums.</param>
/// <param name="Agents">Its agents in the order in which they began.</param>
/// <param name="Turns">Its last requests, oldest first, at most <see cref="MaxTurns"/>.</param>
internal sealed record SessionStory(
    SessionSummary Session,
    IReadOnlyList<AgentSummary> Agents,
    IReadOnlyList<RequestRecord> Turns
)
{
    /// <summary>Most requests told of one session.</summary>
    public const int MaxTurns = 500;
}
