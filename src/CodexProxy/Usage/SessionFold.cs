namespace CodexProxy.Usage;

/// <summary>Sums over the requests of one session, agent, model and effort.</summary>
internal sealed record SessionPart(
    string? Agent,
    string Model,
    string? Effort,
    DateTimeOffset StartedAt,
    DateTimeOffset LastAt,
    UsageSums Sums
);

/// <summary>Puts the parts of a session together.</summary>
internal static class SessionFold
{
    /// <summary>The session as a whole.</summary>
    public static SessionSummary Whole(
        string id,
        string? project,
        string? client,
        IReadOnlyCollection<SessionPart> parts
    ) =>
        new(
            id,
            project,
            client,
            parts.Min(part => part.StartedAt),
            parts.Max(part => part.LastAt),
            parts.Where(part => part.Agent is not null).DistinctBy(part => part.Agent).Count(),
            MostUsed(parts, part => part.Model),
            Sum(parts)
        );

    /// <summary>Its agents, in the order in which they began.</summary>
    public static IReadOnlyList<AgentSummary> Agents(IEnumerable<SessionPart> parts) =>
        [
            .. parts
                .GroupBy(part => part.Agent)
                .Select(agent => new AgentSummary(
                    agent.Key,
                    MostUsed(agent, part => part.Model),
                    MostUsed(agent, part => part.Effort),
                    agent.Min(part => part.StartedAt),
                    agent.Max(part => part.LastAt),
                    Sum(agent)
                ))
                .OrderBy(agent => agent.StartedAt)
                .ThenBy(agent => agent.Agent, StringComparer.Ordinal),
        ];

    private static UsageSums Sum(IEnumerable<SessionPart> parts) =>
        parts.Aggregate(UsageSums.None, (sum, part) => sum + part.Sums);

    private static string[] MostUsed(IEnumerable<SessionPart> parts, Func<SessionPart, string?> name) =>
        [
            .. parts
                .GroupBy(name)
                .Where(group => group.Key is { Length: > 0 })
                .OrderByDescending(group => group.Sum(part => part.Sums.Requests))
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.Key!),
        ];
}
