using System.Text;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>Failures in the words of the Chat Completions API.</summary>
public sealed class ChatFailureTests
{
    private static readonly FailureFacts Facts = new()
    {
        RequestedModel = "gpt-x",
        ClaimedVersion = "1.2.3",
        InputTokensEstimate = 5,
        ContextWindow = 100,
        Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
    };

    [Theory]
    [InlineData(
        400,
        """{"error":{"message":"Your input exceeds the context window","code":"context_length_exceeded"}}""",
        """400 invalid_request_error messages context_length_exceeded: This model's maximum context length is 100 tokens. However, your messages resulted in 101 tokens. Please reduce the length of the messages."""
    )]
    [InlineData(
        400,
        """{"detail":"The 'gpt-x' model is not supported when using Codex with a ChatGPT account."}""",
        """404 invalid_request_error model model_not_found: model: gpt-x (The 'gpt-x' model is not supported when using Codex with a ChatGPT account.)"""
    )]
    [InlineData(
        400,
        """{"error":{"message":"Bad schema","code":"invalid_function_parameters","param":"tools[3].parameters"}}""",
        """400 invalid_request_error tools[3].function.parameters invalid_function_parameters: Bad schema"""
    )]
    [InlineData(
        400,
        """{"error":{"message":"No tool output found for function call call_1.","type":"invalid_request_error"}}""",
        """400 invalid_request_error messages -: No tool output found for function call call_1."""
    )]
    [InlineData(
        400,
        """{"error":{"message":"The effort parameter is odd","type":"invalid_request_error","param":"reasoning.effort"}}""",
        """400 invalid_request_error - -: The upstream service rejected the request: The effort parameter is odd"""
    )]
    [InlineData(
        402,
        """{"error":{"message":"No credits","code":"insufficient_quota"}}""",
        """402 insufficient_quota - insufficient_quota: No credits"""
    )]
    [InlineData(
        429,
        """{"error":{"message":"Slow down","code":"rate_limit_exceeded"}}""",
        """429 rate_limit_error - rate_limit_exceeded: Slow down"""
    )]
    [InlineData(
        503,
        """{"error":{"message":"Busy","code":"server_is_overloaded"}}""",
        """503 server_error - server_is_overloaded: Busy"""
    )]
    public void Each_failure_keeps_its_code_and_gets_the_status_of_this_protocol(int status, string body, string told)
    {
        var failure = FailureReader.FromHttp(status, [], Encoding.UTF8.GetBytes(body));

        Told(failure).ShouldBe(told);
    }

    [Theory]
    [InlineData(FailureKind.Silence, "504 server_error - -")]
    [InlineData(FailureKind.Cut, "500 server_error - -")]
    [InlineData(FailureKind.Unauthorized, "401 invalid_request_error - invalid_api_key")]
    [InlineData(FailureKind.Forbidden, "403 permission_error - -")]
    [InlineData(FailureKind.TooLarge, "413 invalid_request_error - -")]
    public void Failures_without_words_are_told_too(FailureKind kind, string told) =>
        Told(new UpstreamFailure { Kind = kind }).ShouldStartWith(told + ": ");

    [Fact]
    public void A_used_up_plan_says_when_it_resets_and_is_not_asked_again()
    {
        var error = Translate(
            new UpstreamFailure
            {
                Kind = FailureKind.UsageLimit,
                Code = "usage_limit_reached",
                ResetsIn = TimeSpan.FromMinutes(5),
            }
        );

        error.Status.ShouldBe(429);
        error.Code.ShouldBe("usage_limit_reached");
        error.Message.ShouldContain("usage limit reached. It resets at");
        error.Headers.ShouldBe([new("x-should-retry", "false"), new("retry-after", "300")]);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_recorded_error_has_the_status_of_the_other_protocol_but_for_overload(string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(
            ResponseFixtures.ReadBytes("translation", $"{name}.upstream-error.json")
        );
        var body = document.RootElement.GetProperty("body");
        var failure = FailureReader.FromHttp(
            document.RootElement.GetProperty("status").GetInt32(),
            [],
            Encoding.UTF8.GetBytes(
                body.ValueKind == System.Text.Json.JsonValueKind.String ? body.GetString()! : body.GetRawText()
            )
        );
        var expected = FailureTranslator.Translate(failure, Facts).Status;

        Translate(failure).Status.ShouldBe(expected == ClientError.OverloadedStatus ? 503 : expected);
    }

    public static TheoryData<string> Errors =>
        [.. ResponseFixtures.Index("error").Select(entry => entry.GetProperty("name").GetString()!)];

    [Fact]
    public void A_failure_inside_the_stream_is_told_in_it()
    {
        var run = new ChatRun();
        run.Translator.WriteError(
            FailureTranslator.Translate(new UpstreamFailure { Kind = FailureKind.ContextOverflow }, Facts),
            run.Output
        );

        run.Lines.Single().ShouldStartWith("error invalid_request_error context_length_exceeded: ");
    }

    [Fact]
    public void An_error_of_the_gateway_names_its_field()
    {
        ChatFailures.Translate(ClientError.NotFound("model: gpt-x")).Code.ShouldBe("model_not_found");
        ChatFailures.Translate(ClientError.NotFound("model: gpt-x")).Param.ShouldBe("model");
        ChatFailures.Translate(ClientError.Internal).Type.ShouldBe("server_error");
        ChatFailures.Translate(ClientError.Unauthenticated("invalid x-api-key")).Code.ShouldBe("invalid_api_key");
    }

    private static OpenAIError Translate(UpstreamFailure failure) =>
        ChatFailures.Translate(FailureTranslator.Translate(failure, Facts));

    private static string Told(UpstreamFailure failure)
    {
        var error = Translate(failure);
        return $"{error.Status} {error.Type} {error.Param ?? "-"} {error.Code ?? "-"}: {error.Message}";
    }
}
