using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Views;

/// <summary>One page of sessions.</summary>
/// <param name="Sessions">The ones that asked last first.</param>
/// <param name="Next">Where the next page goes on; null when there is none.</param>
internal sealed record SessionPageView(IReadOnlyList<SessionSummaryView> Sessions, string? Next);

/// <summary>One session of a client, over all its agents.</summary>
internal sealed record SessionSummaryView
{
    /// <summary>The client's id of it.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the folder that the client works in.</summary>
    public string? Project { get; init; }

    /// <summary>Product and version of the client.</summary>
    public string? Client { get; init; }

    /// <summary>When its first request arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last request ended.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Requests of all agents.</summary>
    public required long Requests { get; init; }

    /// <summary>Those that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Sub-agents.</summary>
    public required int Agents { get; init; }

    /// <summary>Models that served, the most used first.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Their tokens.</summary>
    public required TokenCounts Tokens { get; init; }

    /// <summary>Cached share of what was sent again, 0 to 1; null when nothing was.</summary>
    public double? HitRatio { get; init; }

    /// <summary>Requests that had to pay again.</summary>
    public required long Misses { get; init; }

    /// <summary>Calls of the client's tools.</summary>
    public required long ToolCalls { get; init; }

    /// <summary>Results that said they were errors.</summary>
    public required long ToolErrors { get; init; }

    public static SessionSummaryView Of(SessionSummary session) =>
        new()
        {
            Id = session.Id,
            Project = session.Project,
            Client = session.Client,
            StartedAt = session.StartedAt,
            LastAt = session.LastAt,
            Requests = session.Sums.Requests,
            Failed = session.Sums.Failed,
            Agents = session.Agents,
            Models = session.Models,
            Tokens = session.Sums.Tokens,
            HitRatio = session.Sums.HitRatio,
            Misses = session.Sums.Misses,
            ToolCalls = session.Sums.ToolCalls,
            ToolErrors = session.Sums.ToolErrors,
        };
}

/// <summary>A session told whole.</summary>
/// <param name="Session">Its sums.</param>
/// <param name="Agents">Its agents in the order in which they began.</param>
/// <param name="Turns">Its last requests, oldest first.</param>
internal sealed record SessionStoryView(
    SessionSummaryView Session,
    IReadOnlyList<AgentView> Agents,
    IReadOnlyList<RequestView> Turns
)
{
    public static SessionStoryView Of(SessionStory story, AccountNames names) =>
        new(
            SessionSummaryView.Of(story.Session),
            [.. story.Agents.Select(AgentView.Of)],
            [.. story.Turns.Select(turn => RequestView.Of(turn, names))]
        );
}

/// <summary>One agent of a session.</summary>
internal sealed record AgentView
{
    /// <summary>Its id; null for the main loop.</summary>
    public string? Agent { get; init; }

    /// <summary>Its requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Those that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Models that served it.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Efforts it asked for.</summary>
    public required IReadOnlyList<string> Efforts { get; init; }

    /// <summary>Its tokens.</summary>
    public required TokenCounts Tokens { get; init; }

    /// <summary>Cached share of what was sent again.</summary>
    public double? HitRatio { get; init; }

    /// <summary>Requests that had to pay again.</summary>
    public required long Misses { get; init; }

    /// <summary>Results that said they were errors.</summary>
    public required long ToolErrors { get; init; }

    /// <summary>When its first request arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last request ended.</summary>
    public required DateTimeOffset LastAt { get; init; }

    public static AgentView Of(AgentSummary agent) =>
        new()
        {
            Agent = agent.Agent,
            Requests = agent.Sums.Requests,
            Failed = agent.Sums.Failed,
            Models = agent.Models,
            Efforts = agent.Efforts,
            Tokens = agent.Sums.Tokens,
            HitRatio = agent.Sums.HitRatio,
            Misses = agent.Sums.Misses,
            ToolErrors = agent.Sums.ToolErrors,
            StartedAt = agent.StartedAt,
            LastAt = agent.LastAt,
        };
}
