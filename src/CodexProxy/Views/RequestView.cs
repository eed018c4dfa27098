using System.Text.Json.Serialization;
using CodexProxy.Records;

namespace CodexProxy.Views;

/// <summary>One page of requests.</summary>
/// <param name="Requests">The latest first.</param>
/// <param name="Next">Where the next page goes on; null when there is none.</param>
/// <param name="Total">How many there are on all pages; null on later pages than the first.</param>
internal sealed record RequestPageView(IReadOnlyList<RequestView> Requests, string? Next, long? Total);

/// <summary>One request.</summary>
internal record RequestView
{
    /// <summary>Id, as in the header <c>request-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>messages</c>, <c>chat</c>, <c>responses</c> or <c>vendor</c>.</summary>
    public required string Face { get; init; }

    /// <summary>Product and version of the client.</summary>
    public string? Client { get; init; }

    /// <summary>Session id of the client.</summary>
    public string? Session { get; init; }

    /// <summary>Sub-agent id of the client.</summary>
    public string? Agent { get; init; }

    /// <summary>Name of the folder that the client works in.</summary>
    public string? Project { get; init; }

    /// <summary>Key of the account that served.</summary>
    public string? Account { get; init; }

    /// <summary>Its name, while it is signed in here.</summary>
    public string? AccountName { get; init; }

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

    /// <summary>Why the answer ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>Calls of the client's tools in the answer.</summary>
    public int ToolCalls { get; init; }

    /// <summary>Results of calls that said they were errors.</summary>
    public int ToolErrors { get; init; }

    /// <summary>What was not carried, as <c>path=kind</c>.</summary>
    public required IReadOnlyList<string> Losses { get; init; }

    /// <summary>What the cache did.</summary>
    public string? Cache { get; init; }

    /// <summary>Why it missed; null when it did not.</summary>
    public string? CacheReason { get; init; }

    public static RequestView Of(RequestRecord record, AccountNames names) =>
        new()
        {
            Id = record.RequestId,
            StartedAt = record.Started,
            At = record.At,
            Face = record.Face.ToString().ToLowerInvariant(),
            Client = record.Client,
            Session = record.Session,
            Agent = record.Agent,
            Project = record.Project,
            Account = record.Account,
            AccountName = names.Of(record.Account),
            RequestedModel = record.RequestedModel,
            Model = record.Model,
            Effort = record.Effort,
            Tier = record.Tier,
            Ending = record.Ending.ToString().ToLowerInvariant(),
            Status = record.Status,
            Failure = record.Failure,
            Attempts = record.Attempts.Count,
            FirstMs = (long?)record.FirstByte?.TotalMilliseconds,
            TotalMs = (long)record.Total.TotalMilliseconds,
            Tokens = record.Tokens,
            StopReason = record.StopReason,
            ToolCalls = record.ToolCalls,
            ToolErrors = record.ToolErrors,
            Losses = [.. record.Losses.Select(loss => $"{loss.Path}={LossLine.Word(loss.Kind)}")],
            Cache = record.Cache?.Outcome.ToString().ToLowerInvariant(),
            CacheReason = record.Cache?.Reason,
        };
}

/// <summary>One request with all that is known of it.</summary>
[method: System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
internal sealed record RequestDetailView(RequestView Known) : RequestView(Known)
{
    /// <summary>What it extends.</summary>
    [JsonIgnore]
    public RequestView Known { get; } = Known;

    /// <summary>Every attempt at the upstream.</summary>
    public IReadOnlyList<AttemptView> AttemptList { get; init; } = [];

    /// <summary>Members that are others than in the request before.</summary>
    public IReadOnlyList<string> CacheChanges { get; init; } = [];

    /// <summary>Hashes of what was sent.</summary>
    public BodyHashes? Hashes { get; init; }

    /// <summary>Tier that served.</summary>
    public string? ServedTier { get; init; }

    /// <summary>Model the upstream was asked for.</summary>
    public string? UpstreamModel { get; init; }

    /// <summary>Name of the alternate upstream; null for the Codex backend.</summary>
    public string? Upstream { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public bool Streamed { get; init; }

    /// <summary>Whether enough is remembered of it for a fault report.</summary>
    public bool HasBundle { get; init; }

    public static RequestDetailView Details(RequestRecord record, AccountNames names, bool hasBundle) =>
        new(Of(record, names))
        {
            AttemptList = [.. record.Attempts.Select(AttemptView.Of)],
            CacheChanges = record.Cache?.Changes ?? [],
            Hashes = record.Hashes,
            ServedTier = record.ServedTier,
            UpstreamModel = record.UpstreamModel,
            Upstream = record.Upstream,
            Streamed = record.Streamed,
            HasBundle = hasBundle,
        };
}

/// <summary>One attempt at the upstream.</summary>
/// <param name="StartedMs">Milliseconds from the request's arrival.</param>
/// <param name="FirstEventMs">Milliseconds from its start to the first event.</param>
/// <param name="TotalMs">Milliseconds from its start to its end.</param>
/// <param name="Events">Events that came.</param>
/// <param name="Account">Which of the request's accounts was asked, from 0.</param>
/// <param name="Forms">The second forms that were used.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
internal sealed record AttemptView(
    long StartedMs,
    long? FirstEventMs,
    long TotalMs,
    int Events,
    int Account,
    IReadOnlyList<string> Forms,
    AttemptFailureView? Failure
)
{
    public static AttemptView Of(AttemptRecord attempt) =>
        new(
            (long)attempt.Started.TotalMilliseconds,
            (long?)attempt.FirstEvent?.TotalMilliseconds,
            (long)attempt.Total.TotalMilliseconds,
            attempt.Events,
            attempt.Account,
            attempt.Forms,
            attempt.Failure is { } failure
                ? new AttemptFailureView(
                    failure.Kind,
                    failure.Status,
                    failure.Code,
                    failure.Repair,
                    (long)failure.RetryDelay.TotalMilliseconds
                )
                : null
        );
}

/// <summary>How an attempt failed.</summary>
/// <param name="Kind">What kind of failure.</param>
/// <param name="Status">HTTP status, if there was one.</param>
/// <param name="Code">The upstream's code.</param>
/// <param name="Repair">The other form that this calls for.</param>
/// <param name="RetryDelayMs">How long the upstream wants one to wait.</param>
internal sealed record AttemptFailureView(string Kind, int? Status, string? Code, string? Repair, long RetryDelayMs);
