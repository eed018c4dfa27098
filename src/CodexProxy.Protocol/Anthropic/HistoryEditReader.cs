using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Reads <c>context_management.edits</c>. Edits of types that are not known are kept, to be named as a loss.</summary>
internal static class HistoryEditReader
{
    public static List<HistoryEdit> Read(JsonElement? management)
    {
        var edits = new List<HistoryEdit>();
        if (management?.ArrayAt("edits", "context_management") is { } array)
        {
            foreach (var edit in array.EnumerateArray())
            {
                var path = $"context_management.edits.{edits.Count}";
                edits.Add(new HistoryEdit(edit.AsObject(path).NeedName("type", path), edit));
                foreach (var name in (ReadOnlySpan<string>)["trigger", "keep", "clear_at_least"])
                {
                    CheckAmount(edit, name, path);
                }

                edit.CheckTexts("exclude_tools", path);
                edit.FlagAt("clear_tool_inputs", path);
            }
        }

        return edits;
    }

    // A number, an object that holds one, or a word such as «all».
    private static void CheckAmount(JsonElement edit, string name, string path)
    {
        if (edit.Member(name) is { ValueKind: JsonValueKind.Number })
        {
            edit.WholeAt(name, path);
        }
        else if (edit.Member(name) is not (null or { ValueKind: JsonValueKind.String }))
        {
            var amount = edit.ObjectAt(name, path)!.Value;
            amount.TextAt("type", $"{path}.{name}");
            amount.WholeAt("value", $"{path}.{name}");
        }
    }
}
