using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Failures;

/// <summary>
/// Failures for clients that do not act on the exact texts of <see cref="FailureTranslator"/>: the upstream's code is kept,
/// and nothing is reworded.
/// </summary>
internal static class PlainErrors
{
    /// <summary>The failure in plain words.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="facts">What is known of the request.</param>
    /// <param name="message">The text that does where none of its own is needed.</param>
    public static PlainError Of(UpstreamFailure failure, FailureFacts facts, string message)
    {
        // The upstream puts a type in place of a code when it has none; for a block page the kind of page stands there.
        var code =
            failure.Kind == FailureKind.EdgeBlock || failure.Code == "invalid_request_error" ? null : failure.Code;
        return failure.Kind switch
        {
            FailureKind.ContextOverflow => new("context_length_exceeded", "messages", ContextOverflow(facts)),
            FailureKind.UnknownModel or FailureKind.ClientTooOld => new(code ?? "model_not_found", "model", message),
            FailureKind.BadToolSchema => new(
                code ?? "invalid_function_parameters",
                null,
                failure.Message ?? "invalid schema"
            )
            {
                UpstreamField = failure.Param,
            },
            FailureKind.UnpairedCall => new(
                code,
                "messages",
                failure.Message ?? "A tool call and its result do not belong together."
            ),
            FailureKind.BadRequest or FailureKind.Policy => new(
                code,
                null,
                $"The upstream {facts.Upstream ?? "service"} rejected the request: {failure.Message ?? "no reason given"}"
            )
            {
                UpstreamField = failure.Param,
            },
            FailureKind.Billing => new(code ?? "insufficient_quota", null, message),
            FailureKind.UsageLimit => new(code ?? "usage_limit_reached", null, message)
            {
                ResetsAt = failure.Reset(facts.Now),
            },
            FailureKind.RateLimited => new(code ?? "rate_limit_exceeded", null, message),
            FailureKind.Unauthorized => new(code ?? "invalid_api_key", null, message),
            _ => new(code, null, message),
        };
    }

    private static string ContextOverflow(FailureFacts facts) =>
        $"This model's maximum context length is {facts.ContextWindow} tokens. However, your messages resulted in "
        + $"{Math.Max(facts.InputTokensEstimate, facts.ContextWindow + 1)} tokens. Please reduce the length of the messages.";
}
