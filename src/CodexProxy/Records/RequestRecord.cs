using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>How a request ended.</summary>
internal enum RequestEnding
{
    /// <summary>With the whole answer.</summary>
    Answered,

    /// <summary>With an error, or a cut.</summary>
    Failed,

    /// <summary>The client went away first.</summary>
    ClientGone,
}

/// <summary>The protocol in which a client asked.</summary>
internal enum RequestFace
{
    /// <summary>Anthropic's Messages.</summary>
    Messages,

    /// <summary>OpenAI's Chat Completions.</summary>
    Chat,

    /// <summary>OpenAI's Responses.</summary>
    Responses,

    /// <summary>The vendor's own client, whose bytes are left alone.</summary>
    Vendor,
}

/// <summary>
/// How one request went: names, times, counts and hashes. Never a prompt, an output, a token, an address or an account id;
/// what a client or the upstream chose freely is only here where it is a name. Immutable.
/// </summary>
internal sealed record RequestRecord
{
    /// <summary>Id of the request, as in the header <c>request-id</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>Protocol of the client.</summary>
    public required RequestFace Face { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Product and version of the client, such as <c>claude-cli/2.1.0</c>; null when it is no such word.</summary>
    public string? Client { get; init; }

    /// <summary>Session id of the client; null when it sent none.</summary>
    public string? Session { get; init; }

    /// <summary>Sub-agent id of the client; null for the main loop.</summary>
    public string? Agent { get; init; }

    /// <summary>
    /// Name of the folder that the client works in, <c>~</c> for a home folder: never its path; null when the client names
    /// none.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Model the client asked for; <c>""</c> when the request could not be read so far.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Model the upstream was asked for; <c>""</c> when none was found.</summary>
    public required string UpstreamModel { get; init; }

    /// <summary>Name of the alternate upstream; null for the Codex backend.</summary>
    public string? Upstream { get; init; }

    /// <summary>Model that served, where the upstream says so.</summary>
    public string? ServedModel { get; init; }

    /// <summary>Effort that was sent; null for the model's own.</summary>
    public string? Effort { get; init; }

    /// <summary>Tier that was asked for; null for the standard one.</summary>
    public string? Tier { get; init; }

    /// <summary>Tier that served, where the upstream says so.</summary>
    public string? ServedTier { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public required bool Streamed { get; init; }

    /// <summary>Key of the account that served last: 12 hex digits; null when nobody was signed in.</summary>
    public string? Account { get; init; }

    /// <summary>How it ended.</summary>
    public required RequestEnding Ending { get; init; }

    /// <summary>Status the client got.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong: a <c>FailureKind</c>; null when nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>Every attempt at the upstream, hidden ones included.</summary>
    public required IReadOnlyList<AttemptRecord> Attempts { get; init; }

    /// <summary>From arrival to the first event for the client; null when there was none.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>From arrival to the end.</summary>
    public required TimeSpan Total { get; init; }

    /// <summary>The upstream's own counts; null when it gave none.</summary>
    public TokenCounts? Tokens { get; init; }

    /// <summary>Why the answer ended, in the words of the Messages API; null when it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>Calls of the client's tools in the answer.</summary>
    public int ToolCalls { get; init; }

    /// <summary>Results of calls that the request brings anew and that say they are errors.</summary>
    public int ToolErrors { get; init; }

    /// <summary>What could not be carried, on the way there and back.</summary>
    public required IReadOnlyList<TranslationLoss> Losses { get; init; }

    /// <summary>What the upstream's prompt cache did; null when it is not known.</summary>
    public CacheVerdict? Cache { get; init; }

    /// <summary>Hashes of what was sent; null when nothing was.</summary>
    public BodyHashes? Hashes { get; init; }

    /// <summary>The model that served, else the one that was asked for upstream, else the one the client wanted.</summary>
    public string Model => ServedModel ?? (UpstreamModel.Length > 0 ? UpstreamModel : RequestedModel);

    /// <summary>The client without its version, such as <c>claude-cli</c>.</summary>
    public string? Product => Client?.Split('/')[0];
}

/// <summary>One attempt at the upstream.</summary>
/// <param name="Started">From the request's arrival.</param>
/// <param name="Account">Which of the request's accounts was asked, from 0.</param>
/// <param name="Forms">The second forms that were used.</param>
internal sealed record AttemptRecord(TimeSpan Started, int Account, IReadOnlyList<string> Forms)
{
    /// <summary>From its start to the first event; null when there was none.</summary>
    public TimeSpan? FirstEvent { get; init; }

    /// <summary>From its start to its end.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>Events that came.</summary>
    public int Events { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public AttemptFailure? Failure { get; init; }
}

/// <summary>How an attempt failed.</summary>
/// <param name="Kind">A <c>FailureKind</c>.</param>
/// <param name="Status">HTTP status, if there was one.</param>
/// <param name="Code">The upstream's code, when it is a plain word.</param>
/// <param name="Repair">The other form that this calls for.</param>
/// <param name="RetryDelay">How long the upstream wants one to wait.</param>
internal sealed record AttemptFailure(string Kind, int? Status, string? Code, string? Repair, TimeSpan RetryDelay);

/// <summary>Token counts of one request.</summary>
/// <param name="Input">All input, cached included.</param>
/// <param name="Cached">Input read from the prompt cache.</param>
/// <param name="CacheWrite">Input written to it.</param>
/// <param name="Output">All output, reasoning included.</param>
/// <param name="Reasoning">Output spent on reasoning.</param>
internal sealed record TokenCounts(long Input, long Cached, long CacheWrite, long Output, long Reasoning)
{
    /// <summary>All of them, each once.</summary>
    internal long Total => Input + Output;
}

/// <summary>Hashes of a body, 16 hex digits each, and its sizes. They hold within one run of the program only.</summary>
/// <param name="Instructions">Of the instructions.</param>
/// <param name="Tools">Of all tools.</param>
/// <param name="Input">Of all items.</param>
/// <param name="ToolCount">How many tools there are.</param>
/// <param name="ItemCount">How many items there are.</param>
/// <param name="Bytes">Size of instructions, tools and items, in bytes of JSON.</param>
internal sealed record BodyHashes(
    string Instructions,
    string Tools,
    string Input,
    int ToolCount,
    int ItemCount,
    long Bytes
);
