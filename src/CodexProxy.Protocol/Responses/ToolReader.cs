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
        if (type == "custom" && OpaqueReader.HasOnly(tool.Value, "type", "name", "description", "format"))
        {
            return ReadCustom(tool);
        }

        if (type != "function")
        {
            return OpaqueTool.Of(Renamed(OpaqueReader.Read(tool.Value), type));
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

    private static CustomTool ReadCustom(in Field tool)
    {
        var format = tool.Object("format");
        return new CustomTool(
            tool.NeedText("name"),
            tool.Text("description"),
            format is { } given
                ? new CustomToolFormat(given.NeedText("type"), given.Text("syntax"), given.Text("definition"))
                : null
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

        return ReadTool(choice.AsObject()) ?? ReadAllowed(choice) ?? Opaque(choice);
    }

    private static ResponsesToolChoice? ReadTool(in Field choice) =>
        choice.NeedText("type") switch
        {
            "function" => ResponsesToolChoice.Function(choice.NeedText("name")),
            "custom" => ResponsesToolChoice.Custom(choice.NeedText("name")),
            var type when IsSearch(type) => ResponsesToolChoice.WebSearch,
            _ => null,
        };

    private static ResponsesToolChoice? ReadAllowed(in Field choice)
    {
        if (choice.Text("type") != "allowed_tools")
        {
            return null;
        }

        var tools = choice.Need("tools").Elements().Select(tool => ReadTool(tool.AsObject())).ToList();
        return tools.Contains(null)
            ? null
            : ResponsesToolChoice.Allowed([.. tools.Select(tool => tool!.Value)], choice.Text("mode") == "required");
    }

    private static ResponsesToolChoice Opaque(in Field choice) =>
        ResponsesToolChoice.Opaque(choice.NeedText("type"), choice.Value);

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
