using CodexProxy.Feed;

namespace CodexProxy.Views;

/// <summary>One request that is being served.</summary>
internal sealed record InFlightView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary><c>messages</c>, <c>chat</c>, <c>responses</c> or <c>vendor</c>.</summary>
    public required string Face { get; init; }

    /// <summary>Product and version of the client.</summary>
    public string? Client { get; init; }

    /// <summary>Session id of the client.</summary>
    public string? Session { get; init; }

    /// <summary>Sub-agent id of the client.</summary>
    public string? Agent { get; init; }

    /// <summary>Model the client asked for.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Model the upstream is asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Key of the account that is asked.</summary>
    public string? Account { get; init; }

    /// <summary><c>waiting</c> or <c>streaming</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>Milliseconds to the first output; null while there is none.</summary>
    public long? FirstMs { get; init; }

    /// <summary>Events that the upstream has sent.</summary>
    public required int Events { get; init; }

    public static InFlightView Of(InFlight request) =>
        new()
        {
            Id = request.Id,
            StartedAt = request.StartedAt,
            Face = request.Face.ToString().ToLowerInvariant(),
            Client = request.Client,
            Session = request.Session,
            Agent = request.Agent,
            RequestedModel = request.RequestedModel,
            Model = request.Model,
            Account = request.Account,
            Phase = request.IsStreaming ? "streaming" : "waiting",
            Attempts = request.Attempts,
            FirstMs = (long?)request.FirstOutput?.TotalMilliseconds,
            Events = request.Events,
        };
}
