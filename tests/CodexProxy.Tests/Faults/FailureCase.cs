using CodexProxy.Protocol.Failures;

namespace CodexProxy.Tests.Faults;

/// <summary>
/// One class of failure: how the upstream says it, and what clients must be told. The table is written by hand after
/// docs/protocol.md, so that it judges the program.
/// </summary>
/// <param name="Kind">The class.</param>
/// <param name="Answer">Status and body of an answer that says so; null where no answer does.</param>
/// <param name="Event">The event that says so; null where none does.</param>
/// <param name="Requests">How often the upstream is asked while nothing has gone out.</param>
/// <param name="Status">The status that clients are told; 529 is 503 for OpenAI's.</param>
/// <param name="Messages">Type of the error in Messages.</param>
/// <param name="Chat">Type of the error in Chat Completions.</param>
/// <param name="Responses">Type of the error in Responses.</param>
internal sealed record FailureCase(
    FailureKind Kind,
    (int Status, string Body)? Answer,
    string? Event,
    int Requests,
    int Status,
    string Messages,
    string Chat,
    string Responses
)
{
    private const string Invalid = "invalid_request_error";
    private const string Server = "server_error";

    /// <summary>Whether another attempt may help: Claude Code is cut off then, because it repeats what is cut.</summary>
    public bool Passes =>
        Kind
            is FailureKind.Overloaded
                or FailureKind.ServerError
                or FailureKind.Unreachable
                or FailureKind.Silence
                or FailureKind.Cut;

    public static IReadOnlyList<FailureCase> All { get; } =
    [
        Refused(FailureKind.ContextOverflow, 400, "context_length_exceeded", "Too long.", 400, Invalid, Invalid),
        Refused(FailureKind.UnknownModel, 404, "model_not_found", "No such model.", 404, "not_found_error", Invalid),
        new(
            FailureKind.ClientTooOld,
            (400, """{"detail":"The 'gpt-5.5' model requires a newer version of Codex."}"""),
            Failed(null, "The 'gpt-5.5' model requires a newer version of Codex."),
            1,
            404,
            "not_found_error",
            Invalid,
            Invalid
        ),
        Refused(FailureKind.BadImage, 400, "image_parse_error", "Not an image.", 400, Invalid, Invalid),
        Refused(FailureKind.ImageTooLarge, 400, "image_too_large", "Too large.", 400, Invalid, Invalid),
        Refused(FailureKind.BadToolSchema, 400, "invalid_function_parameters", "Bad.", 400, Invalid, Invalid),
        Refused(
            FailureKind.UnpairedCall,
            400,
            "invalid_value",
            "No tool output found for function call call_1.",
            400,
            Invalid,
            Invalid
        ),
        Refused(FailureKind.BadRequest, 400, "invalid_prompt", "No.", 400, Invalid, Invalid),
        Told(FailureKind.TooLarge, 413, 1, 413, "request_too_large", Invalid),
        Told(FailureKind.Unauthorized, 401, 2, 401, "authentication_error", Invalid),
        Refused(FailureKind.Billing, 429, "usage_not_included", "Not.", 402, "billing_error", "insufficient_quota"),
        Told(FailureKind.Forbidden, 403, 1, 403, "permission_error", "permission_error"),
        new(FailureKind.EdgeBlock, (403, "<html>wall</html>"), null, 2, 503, "api_error", Server, Server),
        Told(FailureKind.WrongAddress, 404, 1, 503, "api_error", Server),
        Refused(
            FailureKind.UsageLimit,
            429,
            "usage_limit_reached",
            "Used up.",
            429,
            "billing_error",
            "rate_limit_error"
        ) with
        {
            Responses = "usage_limit_reached",
        },
        Refused(
            FailureKind.RateLimited,
            429,
            "rate_limit_exceeded",
            "Please try again in 30s.",
            429,
            "rate_limit_error",
            "rate_limit_error"
        ),
        Refused(FailureKind.Overloaded, 503, "server_is_overloaded", "Full.", 529, "overloaded_error", Server, 3),
        Refused(FailureKind.ServerError, 500, "server_error", "Broken.", 500, "api_error", Server, 3),
        new(FailureKind.Unreachable, (0, ""), null, 3, 504, "timeout_error", Server, Server),
        new(FailureKind.Silence, (408, ""), null, 3, 504, "timeout_error", Server, Server),
        new(FailureKind.Cut, null, null, 3, 500, "api_error", Server, Server),
        Refused(FailureKind.Policy, 400, "cyber_policy", "Against the policy.", 400, Invalid, Invalid),
        new(FailureKind.Stopping, null, null, 1, 503, "overloaded_error", Server, Server),
    ];

    /// <summary>What a client is told by an error.</summary>
    public (int Status, string Type) For(ClientFace face) =>
        face.Path switch
        {
            "/v1/messages" => (Status, Messages),
            "/v1/chat/completions" => (Status == 529 ? 503 : Status, Chat),
            _ => (Status == 529 ? 503 : Status, Responses),
        };

    // A code that an answer and a failed response may have.
    private static FailureCase Refused(
        FailureKind kind,
        int answered,
        string code,
        string message,
        int status,
        string messages,
        string openAI,
        int requests = 1
    ) =>
        new(
            kind,
            (answered, $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}"}}"""),
            Failed(code, message),
            requests,
            status,
            messages,
            openAI,
            openAI
        );

    // What only a status tells, which an error event may have too.
    private static FailureCase Told(
        FailureKind kind,
        int answered,
        int requests,
        int status,
        string messages,
        string openAI
    ) =>
        new(
            kind,
            (answered, """{"error":{"message":"Not this."}}"""),
            $$$"""{"type":"error","status":{{{answered}}},"error":{"message":"Not this."}}""",
            requests,
            status,
            messages,
            openAI,
            openAI
        );

    private static string Failed(string? code, string message) =>
        $$$"""{"type":"response.failed","sequence_number":5,"response":{"id":"resp_1","object":"response","status":"failed","error":{"code":{{{(code is null ? "null" : $"\"{code}\"")}}},"message":"{{{message}}}"},"output":[],"usage":null}}""";
}
