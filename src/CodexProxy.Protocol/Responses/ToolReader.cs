using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>Tools, the choice among them, and the form of the output, as a client of the same protocol writes them.</summary>
internal static class ToolReader
{
    private const string Search = "web_search";

    /// <summary>One tool. Schemas of functions are repaired; all else travels as it is.</summary>
    public static ResponsesTool ReadTool(in Field tool, LossList losses)
    {
        var type = tool.AsObject().NeedText("type");
        if (type != "function")
        {
            return new OpaqueTool(Renamed(OpaqueReader.Read(tool.Value), type));
        }

        foreach (var member in tool.Value.EnumerateObject())
        {
            if (member.Name is not ("type" or "name" or "description" or "parameters" or "strict"))
            {
                losses.Add($"tools[].{member.Name}", LossKind.Dropped);
            }
        }

        var parameters = tool.Object("parameters")?.Value;
        var prepared = PreparedSchema.Of(parameters);
        return new FunctionTool(
            tool.NeedText("name"),
            tool.Text("description"),
            prepared.Schema,
            tool.Truth("strict") ?? false
        );
    }

    /// <summary>The choice among the tools.</summary>
    public static ResponsesToolChoice ReadChoice(Field? field)
    {
        if (field is not { } choice)
        {
            return ResponsesToolChoice.Auto;
        }

        if (choice.IsText)
        {
            return choice.AsText() switch
            {
                "auto" => ResponsesToolChoice.Auto,
                "required" => ResponsesToolChoice.Required,
                "none" => ResponsesToolChoice.None,
                _ => throw choice.Wrong("must be none, auto, required or an object"),
            };
        }

        var type = choice.AsObject().NeedText("type");
        if (type == "function")
        {
            return ResponsesToolChoice.Function(choice.NeedText("name"));
        }

        return IsSearch(type)
            ? ResponsesToolChoice.WebSearch
            : ResponsesToolChoice.Opaque(type, choice.Value);
    }

    /// <summary>The form of the output. Null for plain text.</summary>
    public static TextFormat? ReadFormat(Field? field, LossList losses)
    {
        switch (field?.NeedText("type"))
        {
            case "json_schema":
                var format = field.Value;
                return new TextFormat(
                    format.NeedText("name"),
                    format.Need("schema").AsObject().Value,
                    format.Truth("strict") ?? false
                )
                {
                    Description = format.Text("description"),
                };
            case "json_object":
                return TextFormat.AnyObject;
            case null or "text":
                return null;
            default:
                losses.Add("text.format", LossKind.Dropped);
                return null;
        }
    }

    /// <summary>Whether a tool or a choice is hosted search, under any of its names.</summary>
    private static bool IsSearch(string type) =>
        type == Search || type.StartsWith("web_search_preview", StringComparison.Ordinal);

    private static OpaqueMembers Renamed(OpaqueMembers members, string type)
    {
        if (type != Search && IsSearch(type))
        {
            members["type"] = OpenAIJson.ToElement(Search);
        }

        return members;
    }
}
