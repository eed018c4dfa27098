using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Errors of the gateway and of the upstream in the words of the Chat Completions API.</summary>
public static class ChatFailures
{
    private const string RateLimit = "rate_limit_error";
    private const string Quota = "insufficient_quota";
    private const string ServerError = "server_error";

    /// <summary>The client's error. The upstream's code is kept where it gave one.</summary>
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
        var field =
            error.Status is not (400 or 404) ? null
            : error.Plain is { } plain ? plain.Field ?? Field(plain.UpstreamField)
            : FieldIn(error.Message);
        return new ChatError(
            error.Status == ClientError.OverloadedStatus ? 503 : error.Status,
            type,
            error.Plain?.Message ?? error.Message
        )
        {
            Param = field,
            Code = error.Plain is null ? code : error.Plain.Code,
            // Quota headers speak of another protocol's limits.
            Headers =
            [
                .. error.Headers.Where(header => header.Key is "x-should-retry" or "retry-after" or "retry-after-ms"),
            ],
        };
    }

    // What the upstream names stands elsewhere here: a tool's schema one step deeper, that of the answer by another name.
    private static string? Field(string? upstream)
    {
        const string schema = "].parameters";
        return upstream switch
        {
            "text.format.schema" => "response_format.json_schema.schema",
            { } tool
                when tool.StartsWith("tools[", StringComparison.Ordinal)
                    && tool.EndsWith(schema, StringComparison.Ordinal) =>
                $"{tool[..^(schema.Length - 1)]}.function.parameters",
            _ => null,
        };
    }

    // «tools[3].function: …» names a field, «The request body …: …» none.
    private static string? FieldIn(string message)
    {
        var end = message.IndexOf(": ", StringComparison.Ordinal);
        return end > 0 && !message.AsSpan(0, end).ContainsAny(' ', '\'', '`') ? message[..end] : null;
    }
}
