using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Tools by type: functions of the client, the API's own tools with schemas spelt out, hosted search.</summary>
internal static class ToolTranslator
{
    // Stands in Claude Code's list for tools it has not loaded; it is never to be called.
    private const string Placeholder = "DeferredToolPlaceholder";
    private const int MaxExamples = 3;

    public static ToolTranslation Translate(
        MessagesRequest request,
        IReadOnlyList<RequestMessage> messages,
        LossList losses
    )
    {
        var translation = new ToolTranslation();
        foreach (var tool in DeferredTools.Order(Effective(request.Tools, messages), messages, Placeholder))
        {
            Add(tool, translation, losses);
        }

        return translation;
    }

    // Tools can join and leave in mid-conversation; additions append, so that the list before them stays as it was.
    private static List<Tool> Effective(IReadOnlyList<Tool> tools, IReadOnlyList<RequestMessage> messages)
    {
        var effective = tools.ToList();
        foreach (var block in messages.Where(message => message.IsSystem).SelectMany(message => message.Content))
        {
            switch (block)
            {
                case ToolAdditionBlock { Definition: { } definition }
                    when !effective.Exists(tool => tool.Name == definition.Name):
                    effective.Add(definition);
                    break;
                case ToolRemovalBlock removal:
                    effective.RemoveAll(tool => tool.Name == removal.ToolName);
                    break;
            }
        }

        return effective;
    }

    private static void Add(Tool tool, ToolTranslation translation, LossList losses)
    {
        if (tool.Type is null or "custom")
        {
            AddFunction(tool, tool.Description, tool.InputSchema);
        }
        else if (tool.IsType("web_search_"))
        {
            AddSearch(tool, translation);
        }
        else if (tool.IsType("web_fetch_"))
        {
            translation.HasHostedFetch = true;
            translation.HostedNames.Add(tool.Name);
            AddSearch(tool, translation);
        }
        else if (AnthropicTools.Find(tool) is { } known)
        {
            AddFunction(tool, known.Description, known.Schema);
        }
        else if (tool.IsType("mcp_toolset") || tool.IsType("browser_toolset_") || tool.IsType("computer_toolset_"))
        {
            throw new RequestRejectedException(
                ClientError.Invalid($"tools: {Excerpt.Quote(tool.Type!)} is not supported")
            );
        }
        else if (tool.InputSchema is { } schema)
        {
            AddFunction(tool, tool.Description, schema);
        }
        else if (!tool.IsType("tool_search_tool_"))
        {
            losses.Add($"tools[{tool.Type}]", LossKind.Dropped);
        }

        void AddFunction(Tool function, string? description, JsonElement? schema) =>
            translation.AddFunction(function.Name, Describe(description, function), schema, function.Strict);
    }

    private static string? Describe(string? description, Tool tool)
    {
        if (tool.InputExamples.Count == 0)
        {
            return description;
        }

        var text = new StringBuilder(description);
        text.Append(text.Length > 0 ? "\n\n" : "").Append("Example inputs:");
        foreach (var example in tool.InputExamples.Take(MaxExamples))
        {
            text.Append('\n').Append(CompactJson.Write(example));
        }

        return text.ToString();
    }

    private static void AddSearch(Tool tool, ToolTranslation translation)
    {
        translation.HostedNames.Add(tool.Name);
        if (tool.IsType("web_search_"))
        {
            translation.SearchMaxUses = tool.Json.Number("max_uses") is { } uses ? (int)uses : null;
            translation.BlockedDomains.AddRange(Texts(tool.Json, "blocked_domains"));
        }

        if (translation.HasHostedSearch)
        {
            return;
        }

        translation.HasHostedSearch = true;
        var allowed = Texts(tool.Json, "allowed_domains");
        translation.Sent.Add(
            new WebSearchTool(
                ExternalWebAccess: true,
                allowed.Count > 0 ? new WebSearchFilters(allowed) : null,
                tool.Json.Member("user_location")?.Clone()
            )
        );
    }

    private static List<string> Texts(JsonElement tool, string member) =>
        tool.Member(member) is { ValueKind: JsonValueKind.Array } entries
            ?
            [
                .. entries
                    .EnumerateArray()
                    .Where(entry => entry.ValueKind == JsonValueKind.String)
                    .Select(entry => entry.GetString()!),
            ]
            : [];
}
