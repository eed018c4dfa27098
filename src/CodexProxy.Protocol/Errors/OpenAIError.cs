using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Errors;

/// <summary>An error in the words of OpenAI's APIs.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Error type, such as <c>invalid_request_error</c>.</param>
/// <param name="Message">Text for people; never holds a secret.</param>
public sealed record OpenAIError(int Status, string Type, string Message)
{
    private const string InvalidRequest = "invalid_request_error";
    private const string Quota = "insufficient_quota";
    private const string ModelNotFound = "model_not_found";

    /// <summary>Text for people; never holds a secret.</summary>
    public string Message { get; init; } = Excerpt.Of(Message);

    /// <summary>The field that is to blame, such as <c>input[2].content</c>; null when it is none.</summary>
    public string? Param { get; init; }

    /// <summary>Code clients act on, such as <c>context_length_exceeded</c>; null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>When a used-up window of the plan starts anew; null when it is none or not known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Headers beside the body.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>An error of the gateway or of the upstream in this form. A code the upstream gave is kept.</summary>
    public static OpenAIError From(ClientError error)
    {
        var (type, code) = error.Status switch
        {
            401 => (InvalidRequest, "invalid_api_key"),
            402 => (Quota, Quota),
            403 => ("permission_error", null),
            404 when error.Message.StartsWith("model: ", StringComparison.Ordinal) => (InvalidRequest, ModelNotFound),
            429 => ("rate_limit_error", "rate_limit_exceeded"),
            >= 500 => ("server_error", null),
            _ => (InvalidRequest, (string?)null),
        };
        return new OpenAIError(
            error.Status == ClientError.OverloadedStatus ? 503 : error.Status,
            type,
            error.Plain?.Message ?? error.Message
        )
        {
            Param = code == ModelNotFound ? "model" : error.Plain?.Field,
            Code = error.Plain is null ? code : error.Plain.Code,
            // Headers about quota speak of another protocol's limits.
            Headers =
            [
                .. error.Headers.Where(header => header.Key is "x-should-retry" or "retry-after" or "retry-after-ms"),
            ],
        };
    }

    /// <summary>Writes <c>{"error":{…}}</c>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        WriteMember(writer);
        writer.WriteEndObject();
    }

    /// <summary>The error as a frame of a WebSocket: status and headers stand in it, since there is no other place.</summary>
    public ReadOnlyMemory<byte> ToFrame()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteNumber("status"u8, Status);
        WriteMember(writer);
        writer.WriteStartObject("headers"u8);
        foreach (var (name, value) in Headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Writes the member <c>error</c>.</summary>
    private void WriteMember(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, Message);
        writer.WriteString("type"u8, Type);
        writer.WriteString("param"u8, Param);
        writer.WriteString("code"u8, Code);
        if (ResetsAt is { } reset)
        {
            writer.WriteNumber("resets_at"u8, reset.ToUnixTimeSeconds());
        }

        writer.WriteEndObject();
    }
}
