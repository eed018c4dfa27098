using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Chat;

/// <summary>Reads tools and the choice among them, in the present form and in the oldest.</summary>
internal static class ChatToolReader
{
    public static ChatTool ReadTool(RequestField element)
    {
        var tool = element.AsObject();
        switch (tool.Text("type"))
        {
            case "function" or null:
                return ReadFunction(tool.NeedObject("function"));
            case "custom":
                var custom = tool.NeedObject("custom");
                var (syntax, grammar) = ReadFormat(custom.Object("format"));
                return new ChatTool.Custom(custom.NeedText("name"), custom.Text("description"), syntax, grammar);
            case var type:
                return new ChatTool.Unknown(type);
        }
    }

    public static ChatTool ReadFunction(RequestField element)
    {
        var function = element.AsObject();
        return new ChatTool.Function(
            function.NeedText("name"),
            function.Text("description"),
            function.Object("parameters")?.Value,
            function.Truth("strict") ?? false
        );
    }

    /// <summary>Reads <c>tool_choice</c>, else the old <c>function_call</c>.</summary>
    public static ChatToolChoice? ReadChoice(RequestField? choice, RequestField? functionCall) =>
        choice is { } present ? ReadChoice(present)
        : functionCall is { } old ? ReadOldChoice(old)
        : null;

    private static (string? Syntax, string? Grammar) ReadFormat(RequestField? field)
    {
        if (field is not { } format || format.NeedText("type") == "text")
        {
            return default;
        }

        if (format.NeedText("type") != "grammar")
        {
            throw format.Need("type").Wrong("must be 'text' or 'grammar'");
        }

        var grammar = format.NeedObject("grammar");
        var syntax = grammar.NeedText("syntax");
        return syntax is "lark" or "regex"
            ? (syntax, grammar.NeedText("definition"))
            : throw grammar.Need("syntax").Wrong("must be 'lark' or 'regex'");
    }

    private static ChatToolChoice ReadChoice(RequestField choice)
    {
        if (choice.IsText)
        {
            return choice.AsText() is "auto" or "none" or "required"
                ? new ChatToolChoice(choice.AsText())
                : throw choice.Wrong("must be 'auto', 'none', 'required' or name a tool");
        }

        switch (choice.AsObject().NeedText("type"))
        {
            case "function" or "custom":
                return new ChatToolChoice("tool") { Tools = [ReadName(choice)] };
            case "allowed_tools":
                // The members stand in an object of their own, or beside the type as in the newer protocol.
                var allowed = choice.Object("allowed_tools") ?? choice;
                var mode = allowed.NeedText("mode");
                return mode is "auto" or "required"
                    ? new ChatToolChoice("allowed")
                    {
                        Tools = [.. allowed.Need("tools").Elements().Select(tool => ReadName(tool.AsObject()))],
                        MustCall = mode == "required",
                    }
                    : throw allowed.Need("mode").Wrong("must be 'auto' or 'required'");
            default:
                throw choice.Need("type").Wrong("must be 'function', 'custom' or 'allowed_tools'");
        }
    }

    private static ChatToolChoice ReadOldChoice(RequestField choice)
    {
        if (choice.IsText)
        {
            return choice.AsText() is "auto" or "none"
                ? new ChatToolChoice(choice.AsText())
                : throw choice.Wrong("must be 'auto', 'none' or name a function");
        }

        return new ChatToolChoice("tool")
        {
            Tools = [new(choice.AsObject().NeedText("name"), IsCustom: false, choice.Need("name").Path)],
        };
    }

    private static ChatToolName ReadName(RequestField tool)
    {
        var isCustom = tool.Text("type") == "custom";
        var named = tool.Object(isCustom ? "custom" : "function") ?? tool;
        return new ChatToolName(named.NeedText("name"), isCustom, named.Need("name").Path);
    }
}
