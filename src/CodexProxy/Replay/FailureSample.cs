using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Records;
using CodexProxy.Simulator;

namespace CodexProxy.Replay;

/// <summary>What an upstream says that means a certain failure: the words of the original are not in a bundle.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The code, if the meaning lies there.</param>
/// <param name="Message">The message.</param>
internal sealed record FailureSample(int Status, string? Code, string Message)
{
    /// <summary>Words that mean the recorded failure.</summary>
    public static FailureSample For(AttemptFailure failure)
    {
        var kind = Enum.TryParse<FailureKind>(failure.Kind, out var known) ? known : FailureKind.BadRequest;
        var sample = kind switch
        {
            FailureKind.ContextOverflow => Of(400, "context_length_exceeded"),
            FailureKind.UnknownModel => Of(400, "model_not_found"),
            FailureKind.ClientTooOld => new(400, null, "This model requires a newer version of Codex."),
            FailureKind.BadImage => Of(400, "invalid_image"),
            FailureKind.ImageTooLarge => Of(400, "image_too_large"),
            FailureKind.BadToolSchema => Of(400, "invalid_function_parameters"),
            FailureKind.UnpairedCall => new(400, null, "No tool output found for a call."),
            FailureKind.TooLarge => Of(413, null),
            FailureKind.Unauthorized => Of(401, null),
            FailureKind.Billing => Of(402, "usage_not_included"),
            FailureKind.Forbidden => Of(403, null),
            FailureKind.WrongAddress => Of(404, null),
            FailureKind.UsageLimit => Of(429, "usage_limit_reached"),
            FailureKind.RateLimited => new(429, "rate_limit_exceeded", Again(failure.RetryDelay)),
            FailureKind.Overloaded => Of(503, "server_is_overloaded"),
            FailureKind.ServerError => Of(500, "server_error"),
            FailureKind.Policy => Of(400, "content_policy"),
            _ => new(400, RepairCode(failure.Repair), RepairWords(failure.Repair)),
        };
        return sample with { Status = failure.Status ?? sample.Status, Code = failure.Code ?? sample.Code };
    }

    /// <summary>The failure as an HTTP answer.</summary>
    public HttpReply Reply => HttpReply.Error(Status, Message, Code, type: Code ?? "replayed_error");

    /// <summary>The page that a bot wall shows.</summary>
    public static HttpReply Wall { get; } = new(403, "<html></html>", "text/html");

    /// <summary>Writes the <c>error</c> member of an event.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, Code);
        writer.WriteString("message"u8, Message);
        writer.WriteEndObject();
    }

    private static FailureSample Of(int status, string? code) => new(status, code, "A replayed failure.");

    private static string Again(TimeSpan delay) =>
        string.Create(CultureInfo.InvariantCulture, $"Please try again in {delay.TotalMilliseconds:0}ms.");

    private static string? RepairCode(string? repair) =>
        repair == nameof(FormRepairKind.WithoutReasoning) ? "invalid_encrypted_content" : null;

    private static string RepairWords(string? repair) =>
        repair switch
        {
            nameof(FormRepairKind.DefaultInstructions) => "Instructions are required",
            nameof(FormRepairKind.WithoutSearchSources) => "Unsupported parameter: include",
            nameof(FormRepairKind.SearchModel) => "This model does not take web_search.",
            nameof(FormRepairKind.DeveloperAsUser) => "System messages are not allowed",
            nameof(FormRepairKind.FilesAsText) => "This backend does not take input_file.",
            { } member when member.StartsWith(nameof(FormRepairKind.WithoutMember), StringComparison.Ordinal) =>
                $"Unsupported parameter: {member[(nameof(FormRepairKind.WithoutMember).Length + 1)..^1]}",
            _ => "A replayed failure.",
        };
}
