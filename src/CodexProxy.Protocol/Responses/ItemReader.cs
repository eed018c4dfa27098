using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>
/// Items as a client writes them, or as the model made them, in the form that is sent upstream: typed where the type holds
/// all of it, else as they are. Ids stay here, since the backend would look them up.
/// </summary>
internal static class ItemReader
{
    /// <summary>An item of the client's input. Null for one that cannot be sent.</summary>
    public static InputItem? Read(in RequestField item)
    {
        var type = item.Text("type") ?? (item.Member("role") is null ? null : "message");
        return type switch
        {
            null => throw new RequestRejectedException($"{item.Path}.type", "is required"),
            "message" => ReadMessage(item),
            "reasoning" => ReadReasoning(item),
            "function_call" => ReadCall(item),
            "function_call_output" => new FunctionCallOutputItem(
                Identifiers.ToUpstreamCallId(item.NeedText("call_id")),
                ReadOutput(item.Need("output"))
            ),
            "custom_tool_call" => new CustomToolCallItem(
                Identifiers.ToUpstreamCallId(item.NeedText("call_id")),
                item.NeedText("name"),
                item.Need("input").AsText(),
                item.Text("namespace")
            ),
            "custom_tool_call_output" => new CustomToolCallOutputItem(
                Identifiers.ToUpstreamCallId(item.NeedText("call_id")),
                ReadOutput(item.Need("output"))
            ),
            _ => OpaqueItem.Of(WithShortCallId(OpaqueReader.Read(item.Value, "id"))),
        };
    }

    /// <summary>An item of the model's output, as the next request carries it. Null for one that cannot be sent.</summary>
    private static InputItem? FromOutput(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            return Read(new RequestField(item, "output"));
        }
        catch (RequestRejectedException)
        {
            // An item the model's own side wrote oddly: kept as it is, for that side to judge.
            return OpaqueItem.Of(OpaqueReader.Read(item, "id"));
        }
    }

    /// <summary>Items of the model's output with their ids, as far as the next request can carry them.</summary>
    public static List<KeptItem> Keep(IReadOnlyList<JsonElement> output)
    {
        var kept = new List<KeptItem>(output.Count);
        foreach (var item in output)
        {
            if (FromOutput(item) is { } sendable)
            {
                kept.Add(new KeptItem(item.Text("id"), sendable));
            }
        }

        return kept;
    }

    private static MessageItem ReadMessage(in RequestField item)
    {
        var role = item.Text("role") switch
        {
            "user" => "user",
            "assistant" => "assistant",
            "developer" or "system" => "developer",
            null => throw new RequestRejectedException($"{item.Path}.role", "is required"),
            _ => throw new RequestRejectedException(
                $"{item.Path}.role",
                "must be one of user, assistant, system and developer"
            ),
        };
        var spoken = role == "assistant";
        var content = item.Need("content");
        IReadOnlyList<ContentPart> parts = content.IsText
            ? [spoken ? new OutputText(content.AsText()) : new InputText(content.AsText())]
            : [.. content.Elements().Select(part => ReadPart(part.AsObject(), spoken))];
        return new MessageItem(role, parts, spoken ? item.Text("phase") : null);
    }

    private static ContentPart ReadPart(in RequestField part, bool spoken)
    {
        var type = part.NeedText("type");
        switch (type)
        {
            // A plain text part of the other kind is a slip that many clients make; the speaker decides.
            case "input_text" or "output_text" or "text":
                var text = part.Need("text").AsText();
                return spoken ? new OutputText(text) : new InputText(text);
            case "input_image" when OpaqueReader.HasOnly(part.Value, "type", "image_url", "detail"):
                return new InputImage(part.NeedText("image_url"), part.Text("detail"));
            case "input_file" when OpaqueReader.HasOnly(part.Value, "type", "filename", "file_data", "file_url"):
                return ReadFile(part);
            default:
                return OpaquePart.Of(OpaqueReader.Read(part.Value));
        }
    }

    private static InputFile ReadFile(in RequestField part)
    {
        var file = new InputFile(part.Text("filename"), part.Text("file_data"), part.Text("file_url"));
        return file is { FileData: null, FileUrl: null } ? throw part.Wrong("needs file_data or file_url") : file;
    }

    // Without its sealed content there is nothing left of it: the backend keeps no items.
    private static ReasoningItem? ReadReasoning(in RequestField item) =>
        item.Text("encrypted_content") is { Length: > 0 } content
            ? new ReasoningItem(content) { Summary = [.. item.List("summary").Select(part => part.AsObject().Value)] }
            : null;

    private static InputItem ReadCall(in RequestField item)
    {
        if (item.Member("encrypted_function_args") is not null)
        {
            return OpaqueItem.Of(WithShortCallId(OpaqueReader.Read(item.Value, "id")));
        }

        return new FunctionCallItem(
            Identifiers.ToUpstreamCallId(item.NeedText("call_id")),
            item.NeedText("name"),
            item.Text("arguments") ?? "",
            item.Text("namespace")
        );
    }

    private static CallOutput ReadOutput(in RequestField output) =>
        output.IsText
            ? output.AsText()
            : new CallOutput(null, [.. output.Elements().Select(part => ReadPart(part.AsObject(), spoken: false))]);

    private static OpaqueMembers WithShortCallId(OpaqueMembers members)
    {
        if (members.Text("call_id") is { } callId)
        {
            members["call_id"] = OpenAIJson.ToElement(Identifiers.ToUpstreamCallId(callId));
        }

        return members;
    }
}
