using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Errors;

/// <summary>An error in the words of the Messages API.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">One of the API's error types.</param>
/// <param name="Message">Text for people and for the patterns clients act on; never holds a secret.</param>
public sealed record ClientError(int Status, string Type, string Message)
{
    /// <summary>Status the newest client reads as overload.</summary>
    public const int OverloadedStatus = 529;

    /// <summary>Text for people and for the patterns clients act on; never holds a secret.</summary>
    public string Message { get; init; } = Excerpt.Of(Message);

    /// <summary>Value of <c>error.details.error_code</c>; null leaves <c>details</c> out.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The same error for protocols whose clients do not act on these words; null where this one will do.</summary>
    public PlainError? Plain { get; init; }

    /// <summary>Headers beside the body, <c>x-should-retry</c> among them where it is sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The request cannot be served as it is.</summary>
    public static ClientError Invalid(string message, int status = 400) =>
        Final(status, "invalid_request_error", message);

    /// <summary>A model or path that does not exist.</summary>
    public static ClientError NotFound(string message) => Final(404, "not_found_error", message);

    /// <summary>The request did not come from where requests may come from.</summary>
    public static ClientError Forbidden(string message) => Final(403, "permission_error", message);

    /// <summary>The gateway or its sign-in refuses the caller.</summary>
    public static ClientError Unauthenticated(string message) => Final(401, "authentication_error", message);

    /// <summary>The body is larger than the limit.</summary>
    public static ClientError TooLarge { get; } = Final(413, "request_too_large", "Request exceeds the maximum size");

    /// <summary>A fault of this program; its id is in the log.</summary>
    public static ClientError Internal { get; } = Passing(500, "api_error", "Internal server error");

    /// <summary>The gateway ends; another one, or the same after its restart, answers in a moment.</summary>
    public static ClientError Stopping { get; } =
        Passing(503, "overloaded_error", "The gateway is stopping. Send the request again in a moment.")
            .After(TimeSpan.FromSeconds(2), withMilliseconds: false);

    /// <summary>An error that would come again: clients are told not to repeat the request.</summary>
    public static ClientError Final(int status, string type, string message) =>
        new(status, type, message) { Headers = [new("x-should-retry", "false")] };

    /// <summary>An error that may pass: clients are told to repeat the request.</summary>
    public static ClientError Passing(int status, string type, string message) =>
        new(status, type, message) { Headers = [new("x-should-retry", "true")] };

    /// <summary>This error after a delay the client should keep.</summary>
    public ClientError After(TimeSpan delay, bool withMilliseconds)
    {
        var headers = new List<KeyValuePair<string, string>>(Headers)
        {
            new("retry-after", Whole(Math.Ceiling(delay.TotalSeconds))),
        };
        if (withMilliseconds)
        {
            headers.Add(new("retry-after-ms", Whole(Math.Ceiling(delay.TotalMilliseconds))));
        }

        return this with
        {
            Headers = headers,
        };
    }

    /// <summary>Writes <c>{"type":"error","error":{…},"request_id":…}</c>.</summary>
    public void Write(IBufferWriter<byte> output, string requestId)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, Type);
        writer.WriteString("message"u8, Message);
        if (ErrorCode is not null)
        {
            writer.WriteStartObject("details"u8);
            writer.WriteString("error_code"u8, ErrorCode);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteString("request_id"u8, requestId);
        writer.WriteEndObject();
    }

    private static string Whole(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
