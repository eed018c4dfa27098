using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Errors of the gateway and of the upstream in the words of the Chat Completions API.</summary>
public static class ChatFailures
{
    private const string RateLimit = "rate_limit_error";
    private const string Quota = "insufficient_quota";
    private const string ServerError = "server_error";

    /// <summary>The client's error for a failure of the upstream; its code is kept where it has one.</summary>
    public static ChatError Translate(UpstreamFailure failure, FailureFacts facts)
    {
        var error = Translate(FailureTranslator.Translate(failure, facts));
        // The upstream names its own fields in its complaints, and a type in place of a code when it has none.
        var code = failure.Code is ChatError.InvalidRequest ? null : failure.Code;
        return failure.Kind switch
        {
            FailureKind.ContextOverflow => error with
            {
                Message = ContextOverflow(facts),
                Param = "messages",
                Code = "context_length_exceeded",
            },
            FailureKind.UnknownModel or FailureKind.ClientTooOld => error with { Code = code ?? "model_not_found" },
            FailureKind.BadToolSchema => BadSchema(error, failure, code),
            FailureKind.UnpairedCall => error with
            {
                Message = $"messages: {failure.Message ?? "a tool call and its result do not belong together"}",
                Param = "messages",
                Code = code,
            },
            FailureKind.BadRequest or FailureKind.Policy => error with
            {
                Message = $"The upstream service rejected the request: {failure.Message ?? "no reason given"}",
                Param = null,
                Code = code,
            },
            FailureKind.Billing => error with { Code = code ?? Quota },
            FailureKind.RateLimited => error with { Code = code ?? "rate_limit_exceeded" },
            FailureKind.Unauthorized => error with { Code = code ?? "invalid_api_key" },
            // What stands in the code's place there is the kind of block page.
            FailureKind.EdgeBlock => error,
            _ => error with { Code = code },
        };
    }

    /// <summary>The client's error for one of the gateway's own.</summary>
    public static ChatError Translate(ClientError error)
    {
        var (type, code) = error.Status switch
        {
            401 => (ChatError.InvalidRequest, "invalid_api_key"),
            402 => (Quota, Quota),
            403 => ("permission_error", null),
            404 when error.Message.StartsWith("model: ", StringComparison.Ordinal) => (
                ChatError.InvalidRequest,
                "model_not_found"
            ),
            429 => (RateLimit, null),
            >= 500 => (ServerError, null),
            _ => (ChatError.InvalidRequest, (string?)null),
        };
        return new ChatError(error.Status == ClientError.OverloadedStatus ? 503 : error.Status, type, error.Message)
        {
            Param = error.Status is 400 or 404 ? Field(error.Message) : null,
            Code = code,
            // Quota headers speak of another protocol's limits.
            Headers =
            [
                .. error.Headers.Where(header => header.Key is "x-should-retry" or "retry-after" or "retry-after-ms"),
            ],
        };
    }

    private static string ContextOverflow(FailureFacts facts) =>
        $"This model's maximum context length is {facts.ContextWindow} tokens. However, your messages resulted in "
        + $"{Math.Max(facts.InputTokensEstimate, facts.ContextWindow + 1)} tokens. Please reduce the length of the messages.";

    private static ChatError BadSchema(ChatError error, UpstreamFailure failure, string? code)
    {
        var end = failure.Param?.IndexOf(']', StringComparison.Ordinal) ?? -1;
        var field =
            failure.Param?.StartsWith("tools[", StringComparison.Ordinal) is true && end > 0
                ? $"{failure.Param[..(end + 1)]}.function.parameters"
                : "tools";
        return error with
        {
            Message = $"{field}: {failure.Message ?? "invalid schema"}",
            Param = field,
            Code = code ?? "invalid_function_parameters",
        };
    }

    // «tools[3].function: …» names a field, «The request body …: …» none.
    private static string? Field(string message)
    {
        var end = message.IndexOf(": ", StringComparison.Ordinal);
        return end > 0 && !message.AsSpan(0, end).ContainsAny(' ', '\'', '`') ? message[..end] : null;
    }
}
