using System.Globalization;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Protocol.Failures;

/// <summary>What is needed to explain a failure to the client.</summary>
public sealed record FailureFacts
{
    /// <summary>Model as the client named it.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Client version claimed upstream.</summary>
    public required string ClaimedVersion { get; init; }

    /// <summary>Own count of the request's tokens.</summary>
    public required int InputTokensEstimate { get; init; }

    /// <summary>Window of the model, tokens.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Quota of the serving account, if known.</summary>
    public RateLimitSnapshot? Quota { get; init; }

    /// <summary>How long the upstream may be silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Name of the alternate upstream that was asked; null for the Codex backend.</summary>
    public string? Upstream { get; init; }

    /// <summary>Names like the requested one; they are shown when the upstream does not know it.</summary>
    public IReadOnlyList<string> CloseModels { get; init; } = [];
}

/// <summary>Explains a final failure in the client's protocol, with the exact texts clients act on.</summary>
public static class FailureTranslator
{
    // Sentences with these words make the client change its next request; only this gateway may decide to say them.
    private static readonly string[] ActedOn =
    [
        "capability_rejected",
        "safeguards",
        "effort parameter",
        "output_config",
        "signature",
        "redacted_thinking",
        "thinking block",
        "prompt is too long",
        "maximum context length",
        "context_length_exceeded",
        "exceed context limit",
        "tool_use",
        "credit balance is too low",
        "invalid x-api-key",
        "invalid model name",
    ];

    /// <summary>The client's error for a failure.</summary>
    public static ClientError Translate(UpstreamFailure failure, FailureFacts facts)
    {
        if (failure.Kind == FailureKind.Stopping)
        {
            return ClientError.Stopping;
        }

        var error = AlternateWords.Of(failure, facts) ?? InClientWords(failure, facts);
        return error with { Plain = PlainErrors.Of(failure, facts, error.Message) };
    }

    private static ClientError InClientWords(UpstreamFailure failure, FailureFacts facts) =>
        failure.Kind switch
        {
            FailureKind.ContextOverflow => ClientError.Invalid(
                $"prompt is too long: {Math.Max(facts.InputTokensEstimate, facts.ContextWindow + 1)} tokens > {facts.ContextWindow} maximum"
            ),
            FailureKind.UnknownModel => ClientError.NotFound(
                UnknownModel.Message(facts.RequestedModel, facts.CloseModels, failure.Message)
            ),
            FailureKind.ClientTooOld => ClientError.NotFound(
                $"model: {facts.RequestedModel} (the claimed client version {facts.ClaimedVersion} is too old; raise it in the settings)"
            ),
            FailureKind.BadImage => ClientError.Invalid($"Could not process image{Detail(failure)}"),
            FailureKind.ImageTooLarge => ClientError.Invalid("image exceeds the maximum allowed size"),
            FailureKind.BadToolSchema => ClientError.Invalid(
                $"tools.{ToolIndex(failure.Param)}.custom.input_schema: {failure.Message ?? "invalid schema"}"
            ),
            FailureKind.UnpairedCall => ClientError.Invalid(
                $"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {CallId(failure.Message)}"
            ),
            FailureKind.BadRequest or FailureKind.Policy => Rejected(failure),
            FailureKind.TooLarge => ClientError.TooLarge,
            FailureKind.Unauthorized => ClientError.Unauthenticated(
                $"ChatGPT sign-in is no longer valid; sign in to the proxy again.{(failure.Code is null ? "" : $" ({failure.Code})")}"
            ),
            FailureKind.Billing => ClientError.Final(
                402,
                "billing_error",
                failure.Message ?? "This ChatGPT plan does not include Codex."
            ),
            FailureKind.Forbidden => ClientError.Forbidden(
                failure.Message ?? "The upstream refused this account (403)."
            ),
            FailureKind.EdgeBlock => ClientError.Final(
                503,
                "api_error",
                $"The upstream edge refused the connection ({failure.Status}, {failure.Code})."
            ),
            FailureKind.WrongAddress => ClientError.Final(
                503,
                "api_error",
                $"The upstream has no such address (404){Detail(failure)}"
            ),
            FailureKind.UsageLimit => UsageLimit(failure, facts),
            FailureKind.RateLimited => RateLimited(failure),
            FailureKind.Overloaded => ClientError.Passing(
                ClientError.OverloadedStatus,
                "overloaded_error",
                failure.Message ?? "The upstream is overloaded."
            ),
            FailureKind.Silence => ClientError.Passing(
                504,
                "timeout_error",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Upstream sent nothing for {facts.IdleTimeout.TotalSeconds:0} s."
                )
            ),
            FailureKind.Unreachable => ClientError.Passing(504, "timeout_error", "The upstream could not be reached."),
            FailureKind.Cut => ClientError.Passing(
                500,
                "api_error",
                "The upstream closed the connection before the answer was complete."
            ),
            _ => ClientError.Passing(500, "api_error", failure.Message ?? ServerFault(failure.Status)),
        };

    private static ClientError Rejected(UpstreamFailure failure)
    {
        var text = failure.Message ?? "no reason given";
        return ClientError.Invalid(
            $"The upstream service rejected the request: {(IsActedOn(text) ? Bare(failure) : text)}"
        );
    }

    /// <summary>Whether clients would change their next request because of these words.</summary>
    internal static bool IsActedOn(string text) =>
        Array.Exists(ActedOn, words => text.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is told of a refusal whose words must not be passed on.</summary>
    internal static string Bare(UpstreamFailure failure) =>
        $"code {failure.Code ?? "none"}, param {failure.Param ?? "none"}";

    private static ClientError UsageLimit(UpstreamFailure failure, FailureFacts facts)
    {
        var resetsAt = failure.Reset(facts.Now);
        var quota = failure.Quota(facts.Now) ?? facts.Quota;
        var headers = new List<KeyValuePair<string, string>> { new("x-should-retry", "false") };
        headers.AddRange(UnifiedHeaders.WriteRejected(quota, resetsAt, facts.Now, out var namesWindow));
        var plan = failure.Plan ?? quota?.Plan;
        var message = $"ChatGPT {(plan is null ? "" : plan + " ")}usage limit reached.";
        if (resetsAt is { } reset)
        {
            var wait = reset > facts.Now ? reset - facts.Now : TimeSpan.Zero;
            headers.Add(
                new("retry-after", Math.Ceiling(wait.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture))
            );
            message +=
                $" It resets at {reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)} (in {Span(wait)}).";
        }

        return new ClientError(429, namesWindow ? "rate_limit_error" : "billing_error", message) { Headers = headers };
    }

    private static ClientError RateLimited(UpstreamFailure failure)
    {
        var message = failure.Message ?? "The upstream limits the rate of requests.";
        var error =
            failure.RetryDelay > TimeSpan.FromSeconds(60)
                ? ClientError.Final(429, "rate_limit_error", message)
                : new ClientError(429, "rate_limit_error", message);
        return error.After(failure.RetryDelay, withMilliseconds: true);
    }

    private static string Detail(UpstreamFailure failure) => failure.Message is null ? "" : $": {failure.Message}";

    private static string ServerFault(int? status) =>
        status is null ? "The upstream failed." : $"The upstream failed with status {status}.";

    // «tools[3].parameters» → 3; the wording names the tool's place as this protocol does.
    private static string ToolIndex(string? param)
    {
        var start = param?.IndexOf("tools[", StringComparison.Ordinal) ?? -1;
        var end = start < 0 ? -1 : param!.IndexOf(']', start);
        return end < 0 ? "0" : param![(start + 6)..end];
    }

    // The last word of «No tool output found for function call call_X.».
    private static string CallId(string? message)
    {
        var words = (message ?? "").TrimEnd('.', ' ').Split(' ');
        return words[^1];
    }

    private static string Span(TimeSpan span)
    {
        var minutes = (int)Math.Ceiling(span.TotalMinutes);
        return minutes switch
        {
            < 60 => $"{minutes}m",
            < 48 * 60 => $"{minutes / 60}h {minutes % 60}m",
            _ => $"{minutes / 1440}d {minutes / 60 % 24}h",
        };
    }
}
