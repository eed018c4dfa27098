using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>The state of a browser as text: a line for each tab, then what changed.</summary>
internal static class BrowserStateText
{
    public static string Write(JsonElement state)
    {
        var text = new StringBuilder("[browser state]");
        if (state.Member("tabs") is { ValueKind: JsonValueKind.Array } tabs)
        {
            foreach (var tab in tabs.EnumerateArray())
            {
                var mark = tab.Flag("active") ? "* " : "  ";
                text.Append('\n')
                    .Append(mark)
                    .Append(tab.Text("title") ?? "")
                    .Append(" — ")
                    .Append(tab.Text("url") ?? "");
            }
        }

        if (state.Member("changes") is { ValueKind: JsonValueKind.Array } changes)
        {
            foreach (var change in changes.EnumerateArray())
            {
                text.Append('\n')
                    .Append(change.ValueKind == JsonValueKind.String ? change.GetString() : CompactJson.Write(change));
            }
        }

        return text.ToString();
    }
}
