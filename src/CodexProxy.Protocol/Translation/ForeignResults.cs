using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Results of hosted tools in the history. Ours carry a mark and are left out, because the search item stands for them;
/// those another server made are kept as text.
/// </summary>
internal static class ForeignResults
{
    /// <summary>Begins the <c>encrypted_content</c> of search results this gateway reported.</summary>
    public const string OurMark = "cxw1_";

    private const int MaxLines = 20;
    private const int MaxDocument = 20_000;

    /// <summary>Titles and addresses of foreign search results; null when there are none.</summary>
    public static string? OfSearch(JsonElement? content)
    {
        if (content is not { ValueKind: JsonValueKind.Array } results)
        {
            return null;
        }

        var lines = new List<string>();
        foreach (var result in results.EnumerateArray())
        {
            if (result.Text("encrypted_content")?.StartsWith(OurMark, StringComparison.Ordinal) ?? false)
            {
                return null;
            }

            if (result.Text("url") is { } url && lines.Count < MaxLines)
            {
                lines.Add($"{result.Text("title") ?? url} — {url}");
            }
        }

        return lines.Count == 0 ? null : "Web search results:\n" + string.Join('\n', lines);
    }

    /// <summary>Text of a foreign fetched document; null when there is none.</summary>
    public static string? OfFetch(JsonElement? content)
    {
        var source = content?.Member("content")?.Member("source");
        if (source?.Text("data") is not { Length: > 0 } text || source?.Text("type") != "text")
        {
            return null;
        }

        var url = content?.Text("url") ?? "";
        return $"Fetched page {url}:\n{Excerpt.Cut(text, MaxDocument)}";
    }
}
