using CodexProxy.Protocol.Quota;

namespace CodexProxy.Protocol.Failures;

/// <summary>What a failed attempt means. A closed set: callers switch on it and never compare texts.</summary>
public enum FailureKind
{
    /// <summary>The input does not fit the model's window.</summary>
    ContextOverflow,

    /// <summary>The model is not served to this account.</summary>
    UnknownModel,

    /// <summary>The model asks for a newer client version than the one claimed.</summary>
    ClientTooOld,

    /// <summary>An image could not be read.</summary>
    BadImage,

    /// <summary>An image is too large.</summary>
    ImageTooLarge,

    /// <summary>A tool's schema was refused.</summary>
    BadToolSchema,

    /// <summary>A call without its result, or the other way round.</summary>
    UnpairedCall,

    /// <summary>Any other refusal of the request as it is.</summary>
    BadRequest,

    /// <summary>The body is too large.</summary>
    TooLarge,

    /// <summary>The token is not accepted.</summary>
    Unauthorized,

    /// <summary>The plan does not include this, or its credits are spent.</summary>
    Billing,

    /// <summary>The account may not do this.</summary>
    Forbidden,

    /// <summary>A bot wall or a stealth block in front of the service.</summary>
    EdgeBlock,

    /// <summary>An address that does not exist upstream.</summary>
    WrongAddress,

    /// <summary>A window of the plan is used up.</summary>
    UsageLimit,

    /// <summary>Too much at once; passes within seconds or minutes.</summary>
    RateLimited,

    /// <summary>No capacity for the model right now.</summary>
    Overloaded,

    /// <summary>A fault of the service.</summary>
    ServerError,

    /// <summary>No connection could be made.</summary>
    Unreachable,

    /// <summary>The connection was made, and nothing came for the whole idle limit.</summary>
    Silence,

    /// <summary>The stream ended or broke before its terminal event.</summary>
    Cut,

    /// <summary>The service's policy stopped the answer.</summary>
    Policy,

    /// <summary>This gateway ends, and the answer took longer than it could wait.</summary>
    Stopping,
}

/// <summary>A repair that can mend a refused request by sending the same content in another form.</summary>
public enum FormRepairKind
{
    /// <summary>Leave out every reasoning item.</summary>
    WithoutReasoning,

    /// <summary>Send a default text as instructions.</summary>
    DefaultInstructions,

    /// <summary>Leave out one member.</summary>
    WithoutMember,

    /// <summary>Do not ask for the sources of searches.</summary>
    WithoutSearchSources,

    /// <summary>Send a search to a model that takes it.</summary>
    SearchModel,

    /// <summary>Send developer items as user text.</summary>
    DeveloperAsUser,

    /// <summary>Send files as their text.</summary>
    FilesAsText,

    /// <summary>Send only the tools that may be called, instead of naming them among all.</summary>
    AllowedToolsOnly,

    /// <summary>Use the lite shape.</summary>
    LiteShape,
}

/// <summary>One repair.</summary>
/// <param name="Kind">What is changed.</param>
/// <param name="Member">The member left out, for <see cref="FormRepairKind.WithoutMember"/>.</param>
public sealed record FormRepair(FormRepairKind Kind, string? Member = null)
{
    /// <summary>The lite shape, which the relay tries by itself.</summary>
    public static FormRepair LiteShape { get; } = new(FormRepairKind.LiteShape);

    /// <summary>Whether the repair belongs to one conversation, so that it is not remembered for the model.</summary>
    public bool IsPerRequest => Kind is FormRepairKind.WithoutReasoning or FormRepairKind.FilesAsText;

    /// <inheritdoc/>
    public override string ToString() => Member is null ? Kind.ToString() : $"{Kind}({Member})";
}

/// <summary>What a failed attempt said, with what is needed to decide and to explain it.</summary>
public sealed record UpstreamFailure
{
    /// <summary>What it means.</summary>
    public required FailureKind Kind { get; init; }

    /// <summary>HTTP status, if there was one.</summary>
    public int? Status { get; init; }

    /// <summary>The upstream's code or type.</summary>
    public string? Code { get; init; }

    /// <summary>The upstream's words, free of secrets; null when it said nothing.</summary>
    public string? Message { get; init; }

    /// <summary>The member the upstream complains of.</summary>
    public string? Param { get; init; }

    /// <summary>Plan name in a quota failure.</summary>
    public string? Plan { get; init; }

    /// <summary>When an exhausted window starts anew.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>How long an exhausted window still lasts, where only that is told.</summary>
    public TimeSpan? ResetsIn { get; init; }

    /// <summary>How long to wait, for <see cref="FailureKind.RateLimited"/>.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>Quota the failure carried.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Another form that may be accepted; null when there is none.</summary>
    public FormRepair? Repair { get; init; }

    /// <summary>Whether the same request may well succeed in a moment.</summary>
    public bool IsTransient =>
        Kind
            is FailureKind.Overloaded
                or FailureKind.ServerError
                or FailureKind.Unreachable
                or FailureKind.Silence
                or FailureKind.Cut
                or FailureKind.Stopping;

    /// <summary>Whether another account might be served where this one was not.</summary>
    public bool IsOfAccount =>
        Kind is FailureKind.UsageLimit or FailureKind.RateLimited or FailureKind.Billing or FailureKind.Unauthorized;

    /// <summary>Whether the connection, not the service, ended the answer.</summary>
    public bool IsCut => Kind is FailureKind.Cut or FailureKind.Silence;

    /// <summary>Whether the same body would meet the same refusal.</summary>
    public bool StaysForThisBody =>
        Kind
            is FailureKind.ContextOverflow
                or FailureKind.BadImage
                or FailureKind.ImageTooLarge
                or FailureKind.BadToolSchema
                or FailureKind.UnpairedCall
                or FailureKind.BadRequest
                or FailureKind.TooLarge;

    /// <summary>When an exhausted window starts anew, whichever way it was told; null when it was not.</summary>
    public DateTimeOffset? Reset(DateTimeOffset now) => ResetsAt ?? (ResetsIn is { } left ? now + left : null);

    /// <summary>Quota the failure's headers tell; null when none.</summary>
    public RateLimitSnapshot? Quota(DateTimeOffset now) => QuotaReader.FromHeaders(Headers, now);
}
