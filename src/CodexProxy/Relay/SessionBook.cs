using System.Collections.Concurrent;

namespace CodexProxy.Relay;

/// <summary>What one session of a client has used so far. Immutable.</summary>
internal sealed record SessionUse
{
    public required string RequestedModel { get; init; }

    public required string ServedModel { get; init; }

    public string? Effort { get; init; }

    public required int ContextWindow { get; init; }

    /// <summary>Tokens of the main loop's last request and its answer.</summary>
    public long ContextTokens { get; init; }

    public long Requests { get; init; }

    public long InputTokens { get; init; }

    public long CachedTokens { get; init; }

    /// <summary>Key of the account that served last.</summary>
    public string? Account { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>Sessions of this run, for status lines. Bounded: the ones that were quiet longest are forgotten.</summary>
internal sealed class SessionBook(TimeProvider timeProvider)
{
    private const int Capacity = 512;

    private readonly ConcurrentDictionary<string, SessionUse> _sessions = new();

    /// <summary>The session; null when it is not known.</summary>
    public SessionUse? Find(string session) => _sessions.GetValueOrDefault(session);

    /// <summary>Adds a request that was answered.</summary>
    public void Add(RelayTurn turn, RelayOutcome outcome)
    {
        if (turn.Context.SessionId is not { } session || outcome.Failure is not null)
        {
            return;
        }

        if (_sessions.Count >= Capacity && !_sessions.ContainsKey(session))
        {
            _sessions.TryRemove(_sessions.MinBy(known => known.Value.At).Key, out _);
        }

        _sessions.AddOrUpdate(session, _ => Next(null, turn, outcome), (_, known) => Next(known, turn, outcome));
    }

    // A sub-agent, or a side request with another model, must not take over the line of the session it belongs to.
    private SessionUse Next(SessionUse? known, RelayTurn turn, RelayOutcome outcome)
    {
        var side =
            known is not null
            && (turn.Context.AgentId is not null || (turn.Body.Tools is null or { Count: 0 } && known.Requests > 0));
        var use = side
            ? known!
            : new SessionUse
            {
                RequestedModel = outcome.RequestedModel,
                ServedModel = outcome.ServingModel ?? outcome.UpstreamModel,
                Effort = turn.Body.Reasoning.Effort,
                ContextWindow = turn.Model.ContextWindow,
                ContextTokens = outcome.InputTokens + outcome.OutputTokens,
                Account = turn.Credential?.Key,
            };
        return use with
        {
            Requests = (known?.Requests ?? 0) + 1,
            InputTokens = (known?.InputTokens ?? 0) + outcome.InputTokens,
            CachedTokens = (known?.CachedTokens ?? 0) + outcome.CachedTokens,
            At = timeProvider.GetUtcNow(),
        };
    }
}
