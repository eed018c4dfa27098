using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>The system prompt as <c>instructions</c>.</summary>
internal static class Instructions
{
    // Changes with every request; it would defeat the prompt cache, and is nothing for a model.
    private const string AttributionBlock = "x-anthropic-billing-header:";

    /// <summary>Non-blank texts joined with a blank line; <c>""</c> when there are none.</summary>
    public static string From(MessagesRequest request, ToolTranslation tools)
    {
        var texts = request
            .System.Where(text =>
                !string.IsNullOrWhiteSpace(text) && !text.StartsWith(AttributionBlock, StringComparison.Ordinal)
            )
            .ToList();
        if (tools.BlockedDomains.Count > 0)
        {
            texts.Add($"When searching the web, never use results from: {string.Join(", ", tools.BlockedDomains)}.");
        }

        return string.Join("\n\n", texts);
    }
}
