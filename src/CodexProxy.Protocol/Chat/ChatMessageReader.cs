using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>Reads one message and its parts.</summary>
internal static class ChatMessageReader
{
    private static readonly HashSet<string> Carried =
    [
        "role",
        "content",
        "name",
        "tool_call_id",
        "refusal",
        "tool_calls",
        "function_call",
        // Nothing is lost with these: reasoning is remembered here, the others only describe an earlier answer.
        "reasoning_content",
        "annotations",
    ];

    private static readonly HashSet<string> Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static ChatMessage Read(RequestField element)
    {
        var message = element.AsObject();
        var role = message.NeedText("role");
        if (!Roles.Contains(role))
        {
            throw message
                .Need("role")
                .Wrong("must be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'");
        }

        return new ChatMessage(role, ReadContent(message.Member("content")))
        {
            Name = role == "function" ? message.NeedText("name") : message.Text("name"),
            ToolCallId = role == "tool" ? message.NeedText("tool_call_id") : null,
            Refusal = message.Text("refusal"),
            ToolCalls = role == "assistant" ? [.. message.List("tool_calls").Select(ReadCall)] : [],
            FunctionCall =
                role == "assistant" && message.Object("function_call") is { } call
                    ? ReadFunction(call, "arguments")
                    : null,
            OtherMembers = ChatRequestReader.OtherMembers(message, Carried),
        };
    }

    private static List<ChatPart> ReadContent(RequestField? field) =>
        field switch
        {
            null => [],
            { IsText: true } text => [new ChatPart.Text(text.AsText())],
            // One part outside an array, as some clients write it.
            { IsObject: true } part => [ReadPart(part)],
            { IsArray: true } parts => [.. parts.Elements().Select(ReadPart)],
            { } other => throw other.Wrong("must be a string or an array of parts"),
        };

    private static ChatPart ReadPart(RequestField element)
    {
        if (element.IsText)
        {
            return new ChatPart.Text(element.AsText());
        }

        var part = element.AsObject();
        switch (part.NeedText("type"))
        {
            case "text" or "input_text" or "output_text":
                return new ChatPart.Text(part.Need("text").AsText());
            case "refusal":
                return new ChatPart.Refusal(part.Need("refusal").AsText());
            case "image_url":
                return ReadImage(part.Need("image_url"));
            case "file":
                return ReadFile(part.NeedObject("file"));
            case "input_audio":
                throw part.Wrong("input_audio is not supported");
            case var type:
                return new ChatPart.Unknown(type, part.Value);
        }
    }

    private static ChatPart.Image ReadImage(RequestField image)
    {
        // A bare address is what older clients send.
        var address = image.IsText ? image : image.AsObject().Need("url");
        var url = address.AsText();
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var (mediaType, base64) = DataUrl(address);
            if (mediaType == "image/jpg")
            {
                // No such type, but widely written, and taken by the vendor.
                mediaType = "image/jpeg";
                url = $"data:{mediaType};base64,{base64}";
            }

            if (mediaType is not ("image/png" or "image/jpeg" or "image/webp" or "image/gif"))
            {
                throw address.Wrong(
                    $"media type '{Excerpt.Quote(mediaType)}' is not supported, only PNG, JPEG, WebP and GIF"
                );
            }

            if (base64.Length == 0 || !System.Buffers.Text.Base64.IsValid(base64))
            {
                throw address.Wrong("must be base64 or a data URL of it");
            }
        }
        else if (
            !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw address.Wrong("must be an http(s) address or a data URL");
        }

        var detail = image.IsText ? null : image.Text("detail");
        return detail is null or "auto" or "low" or "high" or "original"
            ? new ChatPart.Image(url, detail)
            : throw image.Need("detail").Wrong("must be 'auto', 'low', 'high' or 'original'");
    }

    private static ChatPart.File ReadFile(RequestField file)
    {
        if (file.Member("file_id") is { } id)
        {
            throw id.Wrong(
                file.Member("file_data") is null
                    ? "files kept elsewhere cannot be read here; send the bytes as file_data"
                    : "must not be given beside file_data"
            );
        }

        var data = file.Need("file_data");
        var name = file.Text("filename");
        var (mediaType, base64) = data.AsText().StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? DataUrl(data)
            : ("application/pdf", data.AsText());
        if (mediaType != "application/pdf" && !mediaType.StartsWith("text/", StringComparison.Ordinal))
        {
            throw data.Wrong($"media type '{Excerpt.Quote(mediaType)}' is not supported, only PDF and text");
        }

        return System.Buffers.Text.Base64.IsValid(base64)
            ? new ChatPart.File(name, mediaType, base64)
            : throw data.Wrong("must be base64 or a data URL of it");
    }

    // «data:image/png;base64,AAAA», with whatever parameters between.
    private static (string MediaType, string Base64) DataUrl(RequestField field)
    {
        var url = field.AsText();
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !url.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            throw field.Wrong("must be base64 or a data URL of it");
        }

        var mediaType = url[5..url.IndexOf(';', StringComparison.Ordinal)].ToLowerInvariant();
        return (mediaType, url[(comma + 1)..]);
    }

    private static ChatToolCall ReadCall(RequestField element)
    {
        var call = element.AsObject();
        var id = call.Text("id") is { Length: > 0 } given ? given : null;
        return call.Text("type") == "custom"
            ? new ChatToolCall(id, ReadFunction(call.NeedObject("custom"), "input"), IsCustom: true)
            : new ChatToolCall(id, ReadFunction(call.NeedObject("function"), "arguments"));
    }

    private static ChatFunction ReadFunction(RequestField function, string input) =>
        new(
            function.NeedText("name"),
            function.Member(input) switch
            {
                null => "",
                { IsText: true } text => text.AsText(),
                { IsObject: true } parsed => CompactJson.Write(parsed.Value),
                { } other => throw other.Wrong("must be a string"),
            }
        );
}
