using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>An error in the words of the Chat Completions API.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Error type, such as <c>invalid_request_error</c>.</param>
/// <param name="Message">Text for people and for the patterns clients act on; never holds a secret.</param>
public sealed record ChatError(int Status, string Type, string Message)
{
    /// <summary>Type of every error that the request itself is the cause of.</summary>
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>Text for people and for the patterns clients act on; never holds a secret.</summary>
    public string Message { get; init; } = Excerpt.Of(Message);

    /// <summary>The field that is to blame, such as <c>messages[2].content</c>; null when it is none.</summary>
    public string? Param { get; init; }

    /// <summary>Code clients act on, such as <c>context_length_exceeded</c>; null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>Headers beside the body, <c>x-should-retry</c> among them where it is sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A field of the request is wrong, or asks for what cannot be served.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static ChatError Invalid(string field, string problem) =>
        new(400, InvalidRequest, $"{field}: {problem}") { Param = field, Headers = [new("x-should-retry", "false")] };

    /// <summary>Writes <c>{"error":{…}}</c>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, Message);
        writer.WriteString("type"u8, Type);
        writer.WriteString("param"u8, Param);
        writer.WriteString("code"u8, Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

/// <summary>A request that cannot be served; carries the client's error to where it is written.</summary>
public sealed class ChatRejectedException(ChatError error) : Exception(error.Message)
{
    /// <summary>A field of the request is wrong, or asks for what cannot be served.</summary>
    public ChatRejectedException(string field, string problem)
        : this(ChatError.Invalid(field, problem)) { }

    /// <summary>What to answer.</summary>
    public ChatError Error { get; } = error;
}
