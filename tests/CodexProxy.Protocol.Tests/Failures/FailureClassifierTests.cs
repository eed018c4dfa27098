using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Failures;

/// <summary>Every row of the error table by itself: which code, word or status decides, and which repair follows.</summary>
public sealed class FailureClassifierTests
{
    [Theory]
    [InlineData("model_not_found", FailureKind.UnknownModel)]
    [InlineData("invalid_base64_image", FailureKind.BadImage)]
    [InlineData("unsupported_image_media_type", FailureKind.BadImage)]
    [InlineData("empty_image_file", FailureKind.BadImage)]
    [InlineData("image_file_too_large", FailureKind.ImageTooLarge)]
    [InlineData("insufficient_quota", FailureKind.Billing)]
    [InlineData("usage_not_included", FailureKind.Billing)]
    [InlineData("deactivated_workspace", FailureKind.Billing)]
    [InlineData("slow_down", FailureKind.RateLimited)]
    [InlineData("server_error", FailureKind.ServerError)]
    public void A_code_decides_whatever_the_status_and_stands_as_the_type_too(string code, FailureKind kind)
    {
        FromHttp(400, new { code, message = "words" }).Kind.ShouldBe(kind);
        var failure = FromHttp(400, new { type = code, message = "words" });
        failure.Kind.ShouldBe(kind);
        failure.Code.ShouldBe(code);
    }

    [Fact]
    public void The_code_comes_before_the_type() =>
        FromHttp(400, new { code = "server_error", type = "usage_limit_reached" })
            .Kind.ShouldBe(FailureKind.ServerError);

    [Theory]
    [InlineData(300, FailureKind.BadRequest)]
    [InlineData(401, FailureKind.Unauthorized)]
    [InlineData(402, FailureKind.Billing)]
    [InlineData(403, FailureKind.Forbidden)]
    [InlineData(408, FailureKind.Silence)]
    [InlineData(413, FailureKind.TooLarge)]
    [InlineData(429, FailureKind.RateLimited)]
    [InlineData(500, FailureKind.ServerError)]
    [InlineData(503, FailureKind.Overloaded)]
    public void Without_a_code_the_status_decides_and_nothing_said_is_no_message(int status, FailureKind kind)
    {
        var failure = FromHttp(status, new { });

        failure.Kind.ShouldBe(kind);
        failure.Message.ShouldBeNull();
        (failure.RetryDelay > TimeSpan.Zero).ShouldBe(kind == FailureKind.RateLimited);
    }

    [Fact]
    public void Words_about_the_context_count_in_refusals_and_streams_but_not_in_faults()
    {
        const string words = "Your input exceeds the context window of this model.";

        FailureReader
            .FromEvent(Requests.Json($$$"""{"type":"error","message":"{{{words}}}"}"""))
            .Kind.ShouldBe(FailureKind.ContextOverflow);
        FromHttp(400, new { message = words }).Kind.ShouldBe(FailureKind.ContextOverflow);
        FromHttp(413, new { message = words }).Kind.ShouldBe(FailureKind.ContextOverflow);
        FromHttp(500, new { message = words }).Kind.ShouldBe(FailureKind.ServerError);
    }

    [Theory]
    [InlineData("other words", "invalid_encrypted_content", null, FormRepairKind.WithoutReasoning)]
    [InlineData("The encrypted content gAAA could not be verified.", null, null, FormRepairKind.WithoutReasoning)]
    [InlineData("Unsupported parameter: 'include'.", null, null, FormRepairKind.WithoutSearchSources)]
    [InlineData("Invalid value.", null, "include[0]", FormRepairKind.WithoutSearchSources)]
    [InlineData("Unknown tool_choice allowed_tools.", null, null, FormRepairKind.AllowedToolsOnly)]
    [InlineData("Tool web_search is not known.", null, null, FormRepairKind.SearchModel)]
    [InlineData("Unknown role 'developer'.", null, null, FormRepairKind.DeveloperAsUser)]
    [InlineData("System messages are not allowed", null, null, FormRepairKind.DeveloperAsUser)]
    [InlineData("Unknown role 'critic'.", null, null, null)]
    [InlineData("Ask a developer.", null, null, null)]
    [InlineData("Unknown part input_file.", null, null, FormRepairKind.FilesAsText)]
    [InlineData("Unknown member file_data.", null, null, FormRepairKind.FilesAsText)]
    [InlineData("Unknown member file_url.", null, null, FormRepairKind.FilesAsText)]
    public void A_refused_form_names_its_repair(string message, string? code, string? param, FormRepairKind? repair)
    {
        var found = FromHttp(
            400,
            new
            {
                message,
                code,
                param,
            }
        ).Repair?.Kind;
        found.ShouldBe(repair);
    }

    [Fact]
    public void An_unsupported_member_is_named_without_its_quotes() =>
        FromHttp(400, new { message = "Unsupported parameter: 'top_k'." })
            .Repair.ShouldBe(new FormRepair(FormRepairKind.WithoutMember, "top_k"));

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("2591999", 2_591_999)]
    [InlineData("2592000", 3)]
    [InlineData("-1", 3)]
    [InlineData("soon", 3)]
    public void The_delay_is_the_headers_where_it_is_sound_and_else_the_sentences(string header, int seconds) =>
        FailureReader
            .FromHttp(
                429,
                [new("x-other", "1"), new("Retry-After", header)],
                """{"error":{"message":"Please try again in 3s."}}"""u8.ToArray()
            )
            .RetryDelay.ShouldBe(TimeSpan.FromSeconds(seconds));

    private static UpstreamFailure FromHttp(int status, object error) =>
        FailureReader.FromHttp(status, [], Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { error })));
}
