using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Which deferred tools are sent, and where: undeferred ones in list order, then loaded ones in the order they were first
/// named, then the rest, so that loading a tool only appends to what was sent before.
/// </summary>
internal static class DeferredTools
{
    public static IEnumerable<Tool> Order(
        IReadOnlyList<Tool> tools,
        IReadOnlyList<RequestMessage> messages,
        string placeholder
    )
    {
        // With its placeholder in the list the client is one that lists only tools it has loaded.
        var sendAll =
            tools.Any(tool => tool.Name == placeholder) || tools.Any(tool => tool.IsType("tool_search_tool_"));
        var named = sendAll || tools.Any(tool => tool.DeferLoading) ? References(messages) : [];
        foreach (var tool in tools)
        {
            if (!tool.DeferLoading)
            {
                yield return tool;
            }
        }

        var deferred = tools.Where(tool => tool.DeferLoading && tool.Name != placeholder).ToList();
        var byName = deferred.DistinctBy(tool => tool.Name).ToDictionary(tool => tool.Name);
        var sent = new HashSet<Tool>(ReferenceEqualityComparer.Instance);
        foreach (var name in named)
        {
            if (byName.TryGetValue(name, out var loaded) && sent.Add(loaded))
            {
                yield return loaded;
            }
        }

        if (sendAll)
        {
            foreach (var tool in deferred.Where(tool => !sent.Contains(tool)))
            {
                yield return tool;
            }
        }
    }

    private static HashSet<string> References(IReadOnlyList<RequestMessage> messages)
    {
        // A set that only grows keeps the order of its entries.
        var names = new HashSet<string>();
        foreach (var block in messages.SelectMany(message => message.Content))
        {
            IEnumerable<ContentBlock> candidates = block is ToolResultBlock result ? result.Content : [block];
            foreach (var reference in candidates.OfType<ToolReferenceBlock>())
            {
                names.Add(reference.ToolName);
            }
        }

        return names;
    }
}
