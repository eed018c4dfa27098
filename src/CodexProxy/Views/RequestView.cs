using CodexProxy.Records;

namespace CodexProxy.Views;

/// <summary>The requests of this server run, as far as they are kept.</summary>
/// <param name="Requests">The latest first.</param>
internal sealed record RequestListView(IReadOnlyList<RequestView> Requests)
{
    public static RequestListView Of(RequestBook requests) => new([.. requests.Records.Select(RequestView.Of)]);
}

/// <summary>One request.</summary>
internal sealed record RequestView
{
    /// <summary>Id, as in the header <c>request-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Session id of the client.</summary>
    public string? Session { get; init; }

    /// <summary>Sub-agent id of the client.</summary>
    public string? Agent { get; init; }

    /// <summary>Model the client asked for.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Model that served, else the one that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>Effort that was sent.</summary>
    public string? Effort { get; init; }

    /// <summary>Tier that was asked for.</summary>
    public string? Tier { get; init; }

    /// <summary><c>answered</c>, <c>failed</c> or <c>clientgone</c>.</summary>
    public required string Ending { get; init; }

    /// <summary>Status the client got.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Failure { get; init; }

    /// <summary>Attempts at the upstream.</summary>
    public required int Attempts { get; init; }

    /// <summary>Milliseconds to the first event.</summary>
    public long? FirstMs { get; init; }

    /// <summary>Milliseconds to the end.</summary>
    public required long TotalMs { get; init; }

    /// <summary>The upstream's counts.</summary>
    public TokenCounts? Tokens { get; init; }

    /// <summary>What was not carried, as <c>path=kind</c>.</summary>
    public required IReadOnlyList<string> Losses { get; init; }

    /// <summary>What the cache did.</summary>
    public string? Cache { get; init; }

    public static RequestView Of(RequestRecord record) =>
        new()
        {
            Id = record.RequestId,
            At = record.At,
            Session = record.Session,
            Agent = record.Agent,
            RequestedModel = record.RequestedModel,
            Model = record.ServedModel ?? record.UpstreamModel,
            Effort = record.Effort,
            Tier = record.Tier,
            Ending = record.Ending.ToString().ToLowerInvariant(),
            Status = record.Status,
            Failure = record.Failure,
            Attempts = record.Attempts.Count,
            FirstMs = (long?)record.FirstByte?.TotalMilliseconds,
            TotalMs = (long)record.Total.TotalMilliseconds,
            Tokens = record.Tokens,
            Losses = [.. record.Losses.Select(loss => $"{loss.Path}={LossLine.Word(loss.Kind)}")],
            Cache = record.Cache?.Outcome.ToString().ToLowerInvariant(),
        };
}
