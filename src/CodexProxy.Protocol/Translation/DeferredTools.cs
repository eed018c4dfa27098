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
        foreach (var name in named)
        {
            if (deferred.Find(tool => tool.Name == name) is { } loaded)
            {
                deferred.Remove(loaded);
                yield return loaded;
            }
        }

        if (sendAll)
        {
            foreach (var tool in deferred)
            {
                yield return tool;
            }
        }
    }

    private static List<string> References(IReadOnlyList<RequestMessage> messages)
    {
        var names = new List<string>();
        foreach (var block in messages.SelectMany(message => message.Content))
        {
            IEnumerable<ContentBlock> candidates = block is ToolResultBlock result ? result.Content : [block];
            foreach (var reference in candidates.OfType<ToolReferenceBlock>())
            {
                if (!names.Contains(reference.ToolName))
                {
                    names.Add(reference.ToolName);
                }
            }
        }

        return names;
    }
}
