using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>The part of docs/reliability.md that is measured.</summary>
internal static class ReliabilityPage
{
    /// <summary>Set to 1, the page is written instead of compared.</summary>
    public const string WriteVariable = "CODEX_PROXY_TEST_WRITE";

    public const string Page = "docs/reliability.md";

    private const string Begin = "<!-- matrix -->\n";
    private const string End = "\n<!-- end of matrix -->";

    /// <summary>The table as it stands there.</summary>
    public static string Matrix
    {
        get
        {
            var text = File.ReadAllText(Repository.File(Page)).ReplaceLineEndings("\n");
            return text[Start(text)..text.IndexOf(End, StringComparison.Ordinal)];
        }
    }

    /// <summary>Puts another in its place.</summary>
    public static void Replace(string table)
    {
        var text = File.ReadAllText(Repository.File(Page)).ReplaceLineEndings("\n");
        var end = text.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(Repository.File(Page), text[..Start(text)] + table + text[end..]);
    }

    private static int Start(string text) => text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
}
