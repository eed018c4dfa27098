using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Documentation;

/// <summary>The page of error texts follows the sources: nothing is missing, and nothing is told that is no longer said.</summary>
public sealed partial class TroubleshootingTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Texts = new(ErrorTexts.Collect);

    [Fact]
    public void Every_error_text_of_the_program_has_an_entry()
    {
        var entries = Entries();

        Texts
            .Value.Where(text => !entries.Any(entry => entry.Pattern.IsMatch(text.Key)))
            .Select(text => $"{text.Value}: {text.Key}")
            .ShouldBeEmpty("docs/troubleshooting.md lacks these");
    }

    [Fact]
    public void Every_entry_is_of_a_text_that_the_program_can_say()
    {
        Entries()
            .Where(entry => !Texts.Value.Keys.Any(entry.Pattern.IsMatch))
            .Select(entry => entry.Text)
            .ShouldBeEmpty("no source says these any more");
    }

    [Fact]
    public void No_text_is_told_twice() =>
        Entries().GroupBy(entry => entry.Text).Where(same => same.Count() > 1).Select(same => same.Key).ShouldBeEmpty();

    [Fact]
    public void Every_entry_says_what_it_means_and_what_to_do()
    {
        foreach (var row in Rows())
        {
            var cells = row.Split(" | ");
            cells.Length.ShouldBe(3, row);
            cells.ShouldAllBe(cell => cell.Trim(' ', '|').Length > 3, row);
        }
    }

    /// <summary>The collector sees through calls, records, switches and reasons that become sentences.</summary>
    [Theory]
    [InlineData("Not signed in. Run `codex-proxy login`.")]
    [InlineData("The ChatGPT login was revoked. Run `…`.")]
    [InlineData("Upstream sent nothing for … s.")]
    [InlineData("…: must be an array")]
    [InlineData("other machines could use your plan through … without a key")]
    [InlineData("… is not a whole number of … from … to …")]
    [InlineData("Choose one of --json and --csv.")]
    [InlineData("Port … is in use by another program. Choose another with --port or CODEX_PROXY_PORT.")]
    public void The_collector_finds_texts_that_are_made_in_different_ways(string text) =>
        Texts.Value.Keys.ShouldContain(text);

    [Fact]
    public void The_readme_tells_only_texts_that_the_page_tells()
    {
        var page = Entries().Select(entry => entry.Text).ToHashSet();
        var told = File.ReadLines(Repository.File("README.md"))
            .SkipWhile(line => !line.StartsWith("## When something goes wrong", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(IsEntry)
            .SelectMany(Quoted)
            .ToList();

        told.Count.ShouldBeGreaterThanOrEqualTo(5);
        told.ShouldAllBe(text => page.Contains(text));
    }

    private static List<(string Text, Regex Pattern)> Entries() =>
        [
            .. Rows()
                .SelectMany(Quoted)
                .Select(text =>
                    (text, new Regex($"^{string.Join(".*", text.Split(TextFlow.Hole).Select(Regex.Escape))}$"))
                ),
        ];

    private static IEnumerable<string> Rows() =>
        File.ReadLines(Repository.File("docs/troubleshooting.md")).Where(IsEntry);

    private static bool IsEntry(string line) => line.StartsWith("| `", StringComparison.Ordinal);

    private static IEnumerable<string> Quoted(string row) =>
        Code().Matches(row.Split(" | ")[0]).Select(match => match.Groups[2].Value);

    [GeneratedRegex("(?<!`)(`+)(?!`)(.+?)(?<!`)\\1(?!`)")]
    private static partial Regex Code();
}
