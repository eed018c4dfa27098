using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Documentation;

/// <summary>A page for people, and what of it is meant to be typed.</summary>
internal sealed partial record DocumentedPage(string Name, string Text)
{
    /// <summary>Languages of blocks whose lines a shell runs. A <c>console</c> shows what comes back, so only its lines with <c>$</c> count.</summary>
    private static readonly string[] Shells = ["sh", "console"];

    /// <summary>All pages but the Korean readme, whose blocks <see cref="ReadmeTests"/> holds to be the same.</summary>
    public static IReadOnlyList<DocumentedPage> All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Concat(
                Directory.GetFiles(Repository.File("docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file))
            )
            .Order(StringComparer.Ordinal)
            .Select(name => new DocumentedPage(name, File.ReadAllText(Repository.File(name)))),
    ];

    /// <summary>The fenced blocks, with their language.</summary>
    public IReadOnlyList<(string Language, string Text)> Blocks =>
        [.. Fence().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    /// <summary>The lines that a shell runs, in order; a line that goes on is one.</summary>
    public IReadOnlyList<string> Lines =>
        [
            .. Blocks
                .Where(block => Shells.Contains(block.Language))
                .SelectMany(block => LinesOf(block.Language, block.Text)),
        ];

    /// <summary>The lines for shells that are not on the tests' machine.</summary>
    public IEnumerable<string> OtherLines =>
        Blocks
            .Where(block => block.Language is "zsh" or "fish" or "powershell")
            .SelectMany(block => LinesOf("sh", block.Text));

    /// <summary>Code within sentences and tables.</summary>
    public IEnumerable<string> Spans =>
        Span().Matches(Fence().Replace(Text, "")).Select(match => match.Groups[2].Value.Trim());

    /// <summary>A line without its comment.</summary>
    public static string Bare(string line) => Comment().Replace(line, "");

    private static IEnumerable<string> LinesOf(string language, string text) =>
        text.Replace("\\\n", "")
            .Split('\n')
            .Where(line => language != "console" || line.StartsWith("$ ", StringComparison.Ordinal))
            .Select(line => language == "console" ? line[2..] : line)
            .Where(line => line.Trim().Length > 0 && !line.StartsWith('#'));

    [GeneratedRegex(@"^```(\S*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")]
    private static partial Regex Span();

    [GeneratedRegex(@"\s+# .*$")]
    private static partial Regex Comment();
}
