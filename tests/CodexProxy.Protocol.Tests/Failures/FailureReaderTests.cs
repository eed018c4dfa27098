using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Tests.Translation;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Failures;

public sealed class FailureReaderTests
{
    [Fact]
    public void What_would_have_been_allowed_asks_for_no_repair() =>
        FailureReader
            .FromHttp(
                400,
                [],
                """{"error":{"message":"Invalid value: 'x'. Supported values are: 'message', 'web_search_call'.","param":"input[0].type"}}"""u8.ToArray()
            )
            .Repair.ShouldBeNull();

    [Theory]
    [InlineData("400-call-id-too-long.json", FailureKind.BadRequest, null)]
    [InlineData("400-context-length.json", FailureKind.ContextOverflow, null)]
    [InlineData("400-instructions-required.json", FailureKind.BadRequest, FormRepairKind.DefaultInstructions)]
    [InlineData("400-invalid-encrypted-content.json", FailureKind.BadRequest, FormRepairKind.WithoutReasoning)]
    [InlineData("400-item-id-prefix.json", FailureKind.BadRequest, null)]
    [InlineData("400-lite-parallel-tool-calls.json", FailureKind.BadRequest, null)]
    [InlineData("400-model-needs-newer-client.json", FailureKind.ClientTooOld, null)]
    [InlineData("400-model-not-supported.json", FailureKind.UnknownModel, null)]
    [InlineData("400-no-tool-output.json", FailureKind.UnpairedCall, null)]
    [InlineData("400-store-must-be-false.json", FailureKind.BadRequest, null)]
    [InlineData("400-stream-must-be-true.json", FailureKind.BadRequest, null)]
    [InlineData("400-unsupported-parameter.json", FailureKind.BadRequest, FormRepairKind.WithoutMember)]
    [InlineData("401-detail.json", FailureKind.Unauthorized, null)]
    [InlineData("401-token-invalidated.json", FailureKind.Unauthorized, null)]
    [InlineData("402-deactivated-workspace.json", FailureKind.Billing, null)]
    [InlineData("403-cloudflare-challenge.json", FailureKind.EdgeBlock, null)]
    [InlineData("404-cloudflare-empty.json", FailureKind.EdgeBlock, null)]
    [InlineData("429-rate-limit-exceeded.json", FailureKind.RateLimited, null)]
    [InlineData("429-usage-limit-reached.json", FailureKind.UsageLimit, null)]
    [InlineData("429-usage-not-included.json", FailureKind.Billing, null)]
    [InlineData("500-server-error.json", FailureKind.ServerError, null)]
    [InlineData("503-server-is-overloaded.json", FailureKind.Overloaded, null)]
    public void An_answer_of_the_backend_means(string file, FailureKind kind, FormRepairKind? repair)
    {
        using var document = JsonDocument.Parse(ResponseFixtures.ReadBytes("codex-backend", "errors", file));
        var body = document.RootElement.GetProperty("body");
        var failure = FailureReader.FromHttp(
            document.RootElement.GetProperty("status").GetInt32(),
            [],
            Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText())
        );

        failure.Kind.ShouldBe(kind);
        var found = failure.Repair?.Kind;
        found.ShouldBe(repair);
    }

    [Theory]
    [InlineData("image_parse_error", 400, "Could not process image: words")]
    [InlineData("invalid_image_format", 400, "Could not process image: words")]
    [InlineData("image_too_large", 400, "image exceeds the maximum allowed size")]
    [InlineData("invalid_function_parameters", 400, "tools.3.custom.input_schema: words")]
    [InlineData("organization_spend_limit_exceeded", 402, "words")]
    [InlineData("invalid_prompt", 400, "The upstream service rejected the request: words")]
    [InlineData("never_heard_of", 500, "words")]
    public void A_code_inside_a_stream_becomes_a_status_and_a_text(string code, int status, string message)
    {
        var error = Explain(
            FailureReader.FromEvent(
                Requests.Json(
                    $$$"""{"type":"response.failed","response":{"error":{"code":"{{{code}}}","message":"words","param":"tools[3].parameters"} } }"""
                )
            )
        );

        (error.Status, error.Message).ShouldBe((status, message));
    }

    [Theory]
    [InlineData(403, """{"detail":"Not for you."}""", 403)]
    [InlineData(413, "", 413)]
    [InlineData(422, """{"detail":[{"msg":"bad","input":"the prompt"}]}""", 400)]
    [InlineData(502, "<html>bad gateway</html>", 500)]
    [InlineData(404, """{"detail":"Not Found"}""", 503)]
    public void A_status_alone_decides_where_no_code_does(int status, string body, int expected)
    {
        var error = Explain(FailureReader.FromHttp(status, [], Encoding.UTF8.GetBytes(body)));

        error.Status.ShouldBe(expected);
        error.Message.ShouldNotContain("the prompt");
        error.Message.ShouldNotContain("<html>");
    }

    [Theory]
    [InlineData(TransportFault.Connect, 504)]
    [InlineData(TransportFault.Idle, 504)]
    [InlineData(TransportFault.Reset, 500)]
    public void A_broken_connection_may_be_tried_again(TransportFault fault, int status)
    {
        var failure = FailureReader.FromTransport(fault);

        failure.IsTransient.ShouldBeTrue();
        Explain(failure).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("try again in 28ms", 28)]
    [InlineData("Please try again in 35 seconds.", 35_000)]
    [InlineData("try again in 1.5s", 1500)]
    [InlineData("try again", 2000)]
    public void The_delay_is_read_from_the_sentence(string message, int milliseconds) =>
        FailureReader
            .FromEvent(Requests.Json($$$"""{"type":"error","code":"rate_limit_exceeded","message":"{{{message}}}"}"""))
            .RetryDelay.TotalMilliseconds.ShouldBe(milliseconds);

    [Fact]
    public void Secrets_never_reach_the_client()
    {
        const string message =
            "Bearer abc.def and eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x for 11111111-2222-4333-8444-555555555555 at https://x.example/p?token=1";

        var error = Explain(
            FailureReader.FromHttp(400, [], Encoding.UTF8.GetBytes($$$"""{"error":{"message":"{{{message}}}"} }"""))
        );

        foreach (var secret in (string[])["abc.def", "eyJ", "11111111", "token=1"])
        {
            error.Message.ShouldNotContain(secret);
        }
    }

    [Theory]
    [InlineData("capability_rejected: x")]
    [InlineData("thinking.signature field required")]
    public void Words_the_client_acts_on_are_ours_alone(string words) =>
        Explain(
            FailureReader.FromHttp(
                400,
                [],
                Encoding.UTF8.GetBytes($$$"""{"error":{"message":"{{{words}}}","code":"c"} }""")
            )
        )
            .Message.ShouldBe("The upstream service rejected the request: code c, param none");

    [Fact]
    public void Whatever_comes_is_an_error_the_protocol_knows() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                Gen.Choose(300, 599).ToArbitrary(),
                (body, status) =>
                {
                    var error = Explain(FailureReader.FromHttp(status, [], body ?? []));
                    return error.Status is >= 400 and <= 599
                        && error.Type.EndsWith("_error", StringComparison.Ordinal) | error.Type == "request_too_large";
                }
            )
            .QuickCheckThrowOnFailure();

    private static ClientError Explain(UpstreamFailure failure) =>
        FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = "m",
                ClaimedVersion = "0.1.0",
                InputTokensEstimate = 5,
                ContextWindow = 272_000,
                Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
            }
        );
}
