using System.Diagnostics.CodeAnalysis;
using CodexProxy.Feed;
using CodexProxy.Records;
using CodexProxy.Telemetry;

namespace CodexProxy.Relay;

/// <summary>
/// Names that a client or an upstream chose freely, as they may be kept and shown: short, without control characters and
/// without what looks like a secret.
/// </summary>
internal sealed class RecordNames(Redactor redactor)
{
    /// <summary>Longest name in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>Losses told of one request. A client may send any number of members that nobody knows.</summary>
    public const int MaxLosses = 200;

    // Cleaning must not cost more because a name is long; what is beyond could only be cut.
    private const int MaxLooked = 1024;

    /// <summary>The name, at most <see cref="MaxLength"/> characters; what is no visible character becomes <c>_</c>.</summary>
    public static string Plain(string name) => Cut(PlainText.Of(Cut(name, MaxLooked)), MaxLength);

    /// <summary>The name as <see cref="Plain"/> has it, and without secrets.</summary>
    [return: NotNullIfNotNull(nameof(name))]
    public string? Of(string? name) =>
        name is null ? null : Cut(redactor.Clean(PlainText.Of(Cut(name, MaxLooked))), MaxLength);

    /// <summary>The request with clean names, and with counts that can be true of one request.</summary>
    public RequestRecord Of(RequestRecord record) =>
        record with
        {
            Session = Of(record.Session),
            Agent = Of(record.Agent),
            Project = Of(record.Project),
            RequestedModel = Of(record.RequestedModel),
            UpstreamModel = Of(record.UpstreamModel),
            ServedModel = Of(record.ServedModel),
            Effort = Of(record.Effort),
            Tier = Of(record.Tier),
            ServedTier = Of(record.ServedTier),
            Losses = record.Losses.Count > MaxLosses ? [.. record.Losses.Take(MaxLosses)] : record.Losses,
            Tokens = record.Tokens is { } tokens ? Of(tokens) : null,
        };

    /// <summary>The request in flight with clean names.</summary>
    public InFlight Of(InFlight request) =>
        request with
        {
            Session = Of(request.Session),
            Agent = Of(request.Agent),
            RequestedModel = Of(request.RequestedModel),
            Model = Of(request.Model),
        };

    /// <summary>The counts, where a part is never more than the whole.</summary>
    public static TokenCounts Of(TokenCounts tokens)
    {
        var cached = Math.Min(tokens.Cached, tokens.Input);
        return tokens with
        {
            Cached = cached,
            CacheWrite = Math.Min(tokens.CacheWrite, tokens.Input - cached),
            Reasoning = Math.Min(tokens.Reasoning, tokens.Output),
        };
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text
        : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
