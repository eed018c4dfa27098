using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Errors of the gateway and of the upstream in the words of the Chat Completions API.</summary>
public static class ChatFailures
{
    /// <summary>The client's error.</summary>
    public static OpenAIError Translate(ClientError error) =>
        OpenAIError.From(error) with
        {
            Param =
                error.Status is not (400 or 404) ? null
                : error.Plain is { } plain ? plain.Field ?? Field(plain.UpstreamField)
                : FieldIn(error.Message),
        };

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
