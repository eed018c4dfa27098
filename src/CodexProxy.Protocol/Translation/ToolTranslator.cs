using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>The tools as they are sent, and what the way back needs of them.</summary>
internal sealed class ToolTranslation
{
    private readonly Dictionary<string, string> _upstreamNames = [];

    /// <summary>Tools in wire order.</summary>
    public List<ResponsesTool> Sent { get; } = [];

    /// <summary>Upstream name → the client's, where they differ.</summary>
    public Dictionary<string, ToolIdentity> WayBack { get; } = [];

    public List<string> BlockedDomains { get; } = [];

    public List<ScrubbedArgument> ScrubbedArguments { get; } = [];

    public int? SearchMaxUses { get; set; }

    public bool HasHostedSearch { get; set; }

    public bool HasHostedFetch { get; set; }

    /// <summary>Names of hosted tools in the request, for a choice that names one.</summary>
    public HashSet<string> HostedNames { get; } = [];

    /// <summary>Names a tool of the list, the second of two that shorten alike included.</summary>
    public string Name(string name)
    {
        var upstream = ToolNames.Shorten(name);
        if (Sent.Exists(tool => tool is FunctionTool function && function.Name == upstream))
        {
            upstream = ToolNames.ShortenSecond(name);
        }

        _upstreamNames.TryAdd(name, upstream);
        Restore(upstream, name);
        return upstream;
    }

    /// <summary>The upstream name of a tool in the history, whether or not it is still in the list.</summary>
    public string UpstreamName(string name)
    {
        if (_upstreamNames.TryGetValue(name, out var known))
        {
            return known;
        }

        var upstream = ToolNames.Shorten(name);
        Restore(upstream, name);
        return upstream;
    }

    /// <summary>The client's choice in upstream words.</summary>
    /// <exception cref="RequestRejectedException">It names a tool that is not there, or demands one where there is none.</exception>
    public ResponsesToolChoice Choose(ToolChoice? choice)
    {
        switch (choice?.Type)
        {
            case "any" when Sent.Count == 0:
                throw Rejected("tool_choice: 'any' requires at least one tool that can be called");
            case "any":
                return ResponsesToolChoice.Required;
            case "none":
                return ResponsesToolChoice.None;
            case "tool" when choice.Name is { } name && _upstreamNames.TryGetValue(name, out var upstream):
                return ResponsesToolChoice.Function(upstream);
            case "tool" when choice.Name is { } hosted && HostedNames.Contains(hosted):
                return Sent.Count == 1 ? ResponsesToolChoice.Required : ResponsesToolChoice.WebSearch;
            case "tool":
                throw Rejected($"Tool '{choice.Name}' not found in provided tools");
            default:
                return ResponsesToolChoice.Auto;
        }
    }

    private void Restore(string upstream, string name)
    {
        if (upstream != name)
        {
            WayBack.TryAdd(upstream, new ToolIdentity(name));
        }
    }

    private static RequestRejectedException Rejected(string message) => new(ClientError.Invalid(message));
}

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
            AddFunction(tool, tool.Description, tool.InputSchema, translation);
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
            AddFunction(tool, known.Description, known.Schema, translation);
        }
        else if (tool.IsType("mcp_toolset") || tool.IsType("browser_toolset_") || tool.IsType("computer_toolset_"))
        {
            throw new RequestRejectedException(ClientError.Invalid($"tools: {tool.Type} is not supported"));
        }
        else if (tool.InputSchema is { } schema)
        {
            AddFunction(tool, tool.Description, schema, translation);
        }
        else if (!tool.IsType("tool_search_tool_"))
        {
            losses.Add($"tools[{tool.Type}]", LossKind.Dropped);
        }
    }

    private static void AddFunction(Tool tool, string? description, JsonElement? schema, ToolTranslation translation)
    {
        var prepared = PreparedSchema.Of(schema);
        var name = translation.Name(tool.Name);
        translation.Sent.Add(
            new FunctionTool(name, Describe(description, tool), prepared.Schema, tool.Strict && prepared.AllowsStrict)
        );
        foreach (var key in prepared.NeverEmpty)
        {
            translation.ScrubbedArguments.Add(new ScrubbedArgument(name, key));
        }

        if (tool.Name == "Read" && prepared.OptionalTexts.Contains("pages"))
        {
            translation.ScrubbedArguments.Add(new ScrubbedArgument(name, "pages"));
        }
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
