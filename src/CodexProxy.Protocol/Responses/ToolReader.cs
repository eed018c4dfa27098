using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>Tools, the choice among them, and the form of the output, as a client of the same protocol writes them.</summary>
internal static class ToolReader
{
    private const string Search = "web_search";
    private const int LongestName = 64;

    /// <summary>One tool. Schemas of functions are repaired; all else travels as it is.</summary>
    public static ResponsesTool ReadTool(in RequestField tool, LossList losses)
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
            ReadName(tool),
            tool.Text("description"),
            prepared.Schema,
            tool.Truth("strict") ?? false
        );
    }

    // What the backend takes; the name comes back in the answer, so it is not changed here.
    private static string ReadName(in RequestField tool)
    {
        var name = tool.NeedText("name");
        return name.Length <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? name
            : throw tool.Need("name").Wrong($"must be at most {LongestName} letters, digits, '_' and '-'");
    }

    private static CustomTool ReadCustom(in RequestField tool)
    {
        var format = tool.Object("format");
        return new CustomTool(ReadName(tool), tool.Text("description"), format is { } given ? ReadFormat(given) : null);
    }

    private static CustomToolFormat ReadFormat(in RequestField format)
    {
        var type = format.NeedText("type");
        if (type != "grammar")
        {
            return type == "text"
                ? new CustomToolFormat(type, null, null)
                : throw format.Need("type").Wrong("must be 'text' or 'grammar'");
        }

        var syntax = format.NeedText("syntax");
        return syntax is "lark" or "regex"
            ? new CustomToolFormat(type, syntax, format.NeedText("definition"))
            : throw format.Need("syntax").Wrong("must be 'lark' or 'regex'");
    }

    /// <summary>The choice among the tools.</summary>
    public static ResponsesToolChoice ReadChoice(RequestField? field)
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

    private static ResponsesToolChoice? ReadTool(in RequestField choice) =>
        choice.NeedText("type") switch
        {
            "function" => ResponsesToolChoice.Function(choice.NeedText("name")),
            "custom" => ResponsesToolChoice.Custom(choice.NeedText("name")),
            var type when IsSearch(type) => ResponsesToolChoice.WebSearch,
            _ => null,
        };

    private static ResponsesToolChoice? ReadAllowed(in RequestField choice)
    {
        if (choice.Text("type") != "allowed_tools")
        {
            return null;
        }

        var mode = choice.NeedText("mode");
        if (mode is not ("auto" or "required"))
        {
            throw choice.Need("mode").Wrong("must be 'auto' or 'required'");
        }

        var tools = choice.Need("tools").Elements().Select(tool => ReadTool(tool.AsObject())).ToList();
        return tools.Count == 0 ? throw choice.Need("tools").Wrong("must not be empty")
            : tools.Contains(null) ? null
            : ResponsesToolChoice.Allowed([.. tools.Select(tool => tool!.Value)], mode == "required");
    }

    private static ResponsesToolChoice Opaque(in RequestField choice) =>
        ResponsesToolChoice.Opaque(choice.NeedText("type"), choice.Value);

    /// <summary>The form of the output. Null for plain text.</summary>
    public static TextFormat? ReadFormat(RequestField? field)
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
                throw field.Value.Need("type").Wrong("must be 'text', 'json_object' or 'json_schema'");
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
