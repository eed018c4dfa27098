using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Protocol.Tests.Failures;

/// <summary>What the client is told of every kind of failure, with the upstream's words and without.</summary>
public sealed class FailureWordsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    [Theory]
    [InlineData(
        FailureKind.ClientTooOld,
        "w",
        "404 not_found_error: model: m (the claimed client version 0.1.0 is too old; raise it in the settings)"
    )]
    [InlineData(FailureKind.BadImage, null, "400 invalid_request_error: Could not process image")]
    [InlineData(FailureKind.BadImage, "w", "400 invalid_request_error: Could not process image: w")]
    [InlineData(
        FailureKind.BadToolSchema,
        null,
        "400 invalid_request_error: tools.0.custom.input_schema: invalid schema"
    )]
    [InlineData(
        FailureKind.UnpairedCall,
        "No tool output found for function call call_7. ",
        "400 invalid_request_error: messages: `tool_use` ids were found without `tool_result` blocks immediately after: call_7"
    )]
    [InlineData(
        FailureKind.BadRequest,
        null,
        "400 invalid_request_error: The upstream service rejected the request: no reason given"
    )]
    [InlineData(FailureKind.Policy, "w", "400 invalid_request_error: The upstream service rejected the request: w")]
    [InlineData(
        FailureKind.Unauthorized,
        "w",
        "401 authentication_error: ChatGPT sign-in is no longer valid; sign in to the proxy again."
    )]
    [InlineData(FailureKind.Billing, null, "402 billing_error: This ChatGPT plan does not include Codex.")]
    [InlineData(FailureKind.Billing, "w", "402 billing_error: w")]
    [InlineData(FailureKind.Forbidden, null, "403 permission_error: The upstream refused this account (403).")]
    [InlineData(FailureKind.Forbidden, "w", "403 permission_error: w")]
    [InlineData(FailureKind.EdgeBlock, null, "503 api_error: The upstream edge refused the connection (, ).")]
    [InlineData(FailureKind.WrongAddress, "w", "503 api_error: The upstream has no such address (404): w")]
    [InlineData(FailureKind.RateLimited, null, "429 rate_limit_error: The upstream limits the rate of requests.")]
    [InlineData(FailureKind.RateLimited, "w", "429 rate_limit_error: w")]
    [InlineData(FailureKind.Overloaded, null, "529 overloaded_error: The upstream is overloaded.")]
    [InlineData(FailureKind.Overloaded, "w", "529 overloaded_error: w")]
    [InlineData(FailureKind.Silence, null, "504 timeout_error: Upstream sent nothing for 300 s.")]
    [InlineData(FailureKind.Unreachable, null, "504 timeout_error: The upstream could not be reached.")]
    [InlineData(
        FailureKind.Cut,
        null,
        "500 api_error: The upstream closed the connection before the answer was complete."
    )]
    [InlineData(FailureKind.ServerError, null, "500 api_error: The upstream failed.")]
    [InlineData(FailureKind.ServerError, "w", "500 api_error: w")]
    public void The_backends_failure_is_told_in_the_words_the_client_knows(
        FailureKind kind,
        string? said,
        string expected
    ) => Told(new() { Kind = kind, Message = said }).ShouldBe(expected);

    [Theory]
    [InlineData(
        FailureKind.Unauthorized,
        null,
        "401 authentication_error: The upstream local does not accept its key."
    )]
    [InlineData(FailureKind.Billing, "w", "402 billing_error: The upstream local wants payment: w")]
    [InlineData(FailureKind.Forbidden, "w", "403 permission_error: The upstream local refused this request (403): w")]
    [InlineData(FailureKind.BadRequest, "w", "400 invalid_request_error: The upstream local rejected the request: w")]
    [InlineData(
        FailureKind.Policy,
        "bad signature",
        "400 invalid_request_error: The upstream local rejected the request: code none, param none"
    )]
    [InlineData(
        FailureKind.EdgeBlock,
        null,
        "503 api_error: The edge of the upstream local refused the connection (, )."
    )]
    [InlineData(FailureKind.WrongAddress, "w", "503 api_error: The upstream local has no such address (404): w")]
    [InlineData(FailureKind.UsageLimit, "w", "429 rate_limit_error: The upstream local limits the rate of requests: w")]
    [InlineData(FailureKind.Overloaded, "w", "529 overloaded_error: The upstream local is overloaded: w")]
    [InlineData(FailureKind.Silence, null, "504 timeout_error: The upstream local sent nothing for 300 s.")]
    [InlineData(FailureKind.Unreachable, null, "504 timeout_error: The upstream local could not be reached.")]
    [InlineData(
        FailureKind.Cut,
        null,
        "500 api_error: The upstream local closed the connection before the answer was complete."
    )]
    [InlineData(FailureKind.ServerError, "w", "500 api_error: The upstream local failed: w")]
    [InlineData(FailureKind.TooLarge, "w", "413 request_too_large: Request exceeds the maximum size")]
    public void Another_upstreams_failure_is_told_by_its_name(FailureKind kind, string? said, string expected) =>
        Told(new() { Kind = kind, Message = said }, "local").ShouldBe(expected);

    [Fact]
    public void What_else_is_known_is_told_too()
    {
        Told(new() { Kind = FailureKind.ServerError, Status = 502 })
            .ShouldBe("500 api_error: The upstream failed with status 502.");
        Told(
                new()
                {
                    Kind = FailureKind.EdgeBlock,
                    Status = 403,
                    Code = "HTML page",
                }
            )
            .ShouldBe("503 api_error: The upstream edge refused the connection (403, HTML page).");
        Told(new() { Kind = FailureKind.Unauthorized, Code = "token_expired" }).ShouldEndWith(" (token_expired)");
        Told(new() { Kind = FailureKind.BadToolSchema, Param = "tools[12].parameters" })
            .ShouldContain("tools.12.custom");
        Told(new() { Kind = FailureKind.BadToolSchema, Param = "tools[12" }).ShouldContain("tools.0.custom");
        Told(new() { Kind = FailureKind.Stopping }).ShouldBe("503 overloaded_error: " + ClientError.Stopping.Message);
    }

    [Theory]
    [InlineData("capability_rejected")]
    [InlineData("safeguards")]
    [InlineData("effort parameter")]
    [InlineData("output_config")]
    [InlineData("signature")]
    [InlineData("redacted_thinking")]
    [InlineData("thinking block")]
    [InlineData("Prompt is too long")]
    [InlineData("maximum context length")]
    [InlineData("context_length_exceeded")]
    [InlineData("exceed context limit")]
    [InlineData("tool_use")]
    [InlineData("credit balance is too low")]
    [InlineData("invalid x-api-key")]
    [InlineData("invalid model name")]
    public void Words_that_would_change_the_clients_next_request_are_not_passed_on(string words) =>
        Told(
                new()
                {
                    Kind = FailureKind.BadRequest,
                    Message = $"It said: {words}.",
                    Param = "p",
                }
            )
            .ShouldBe("400 invalid_request_error: The upstream service rejected the request: code none, param p");

    [Fact]
    public void Plain_words_are_never_replaced()
    {
        Translate(new() { Kind = FailureKind.BadRequest, Message = "tool_use" }, "local")
            .Plain!.Message.ShouldBe("The upstream local rejected the request: tool_use");
        Translate(new() { Kind = FailureKind.Policy })
            .Plain!.Message.ShouldBe("The upstream service rejected the request: no reason given");
        Translate(new() { Kind = FailureKind.BadToolSchema }).Plain!.Message.ShouldBe("invalid schema");
        Translate(new() { Kind = FailureKind.UnpairedCall })
            .Plain!.Message.ShouldBe("A tool call and its result do not belong together.");
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(500_000, 500_000)]
    public void A_prompt_that_is_too_long_is_told_with_a_number_above_the_window(int counted, int told) =>
        Translate(new() { Kind = FailureKind.ContextOverflow }, counted: counted, window: 299)
            .Message.ShouldBe($"prompt is too long: {told} tokens > 299 maximum");

    [Theory]
    [InlineData(null, 60, false)]
    [InlineData(null, 61, true)]
    [InlineData("local", 60, false)]
    [InlineData("local", 61, true)]
    public void A_long_wait_is_not_waited_for(string? upstream, int seconds, bool final)
    {
        var error = Translate(
            new() { Kind = FailureKind.RateLimited, RetryDelay = TimeSpan.FromSeconds(seconds) },
            upstream
        );

        error.Headers.Contains(new("x-should-retry", "false")).ShouldBe(final);
        error.Headers.ShouldContain(new KeyValuePair<string, string>("retry-after", $"{seconds}"));
        error.Headers.ShouldContain(new KeyValuePair<string, string>("retry-after-ms", $"{seconds}000"));
    }

    [Theory]
    [InlineData(59 * 60, "(in 59m)")]
    [InlineData(60 * 60, "(in 1h 0m)")]
    [InlineData(47 * 3600 + 59 * 60, "(in 47h 59m)")]
    [InlineData(48 * 3600, "(in 2d 0h)")]
    [InlineData(75 * 3600 + 30 * 60, "(in 3d 3h)")]
    [InlineData(-60, "(in 0m)")]
    public void A_used_up_window_says_when_it_begins_anew(int seconds, string span)
    {
        var error = Translate(
            new()
            {
                Kind = FailureKind.UsageLimit,
                Plan = "plus",
                ResetsAt = Now.AddSeconds(seconds),
            }
        );

        error.Message.ShouldStartWith("ChatGPT plus usage limit reached. It resets at 20");
        error.Message.ShouldEndWith($" {span}.");
        error.Headers.ShouldContain(new KeyValuePair<string, string>("retry-after", $"{Math.Max(0, seconds)}"));
        Translate(new() { Kind = FailureKind.UsageLimit }).Message.ShouldBe("ChatGPT usage limit reached.");
    }

    [Theory]
    [InlineData(FailureKind.ContextOverflow, "context_length_exceeded", "messages")]
    [InlineData(FailureKind.ClientTooOld, "model_not_found", "model")]
    [InlineData(FailureKind.BadToolSchema, "invalid_function_parameters", null)]
    [InlineData(FailureKind.UnpairedCall, null, "messages")]
    [InlineData(FailureKind.Billing, "insufficient_quota", null)]
    [InlineData(FailureKind.UsageLimit, "usage_limit_reached", null)]
    [InlineData(FailureKind.RateLimited, "rate_limit_exceeded", null)]
    [InlineData(FailureKind.Unauthorized, "invalid_api_key", null)]
    [InlineData(FailureKind.ServerError, null, null)]
    public void Other_clients_get_a_code_of_their_own_where_the_upstream_gave_none(
        FailureKind kind,
        string? code,
        string? field
    )
    {
        var plain = Translate(new() { Kind = kind }).Plain.ShouldNotBeNull();
        (plain.Code, plain.Field).ShouldBe((code, field));

        if (kind != FailureKind.ContextOverflow)
        {
            Translate(new() { Kind = kind, Code = "theirs" }).Plain!.Code.ShouldBe("theirs");
        }
    }

    private static string Told(UpstreamFailure failure, string? upstream = null)
    {
        var error = Translate(failure, upstream);
        return $"{error.Status} {error.Type}: {error.Message}";
    }

    private static ClientError Translate(
        UpstreamFailure failure,
        string? upstream = null,
        int counted = 5,
        int window = 272_000
    ) =>
        FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = "m",
                ClaimedVersion = "0.1.0",
                InputTokensEstimate = counted,
                ContextWindow = window,
                Now = Now,
                Upstream = upstream,
            }
        );
}
