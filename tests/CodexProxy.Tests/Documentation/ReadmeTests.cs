using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Documentation;

/// <summary>The two readmes say the same, and what they and the pages link to is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string English = Read("README.md");
    private static readonly string Korean = Read("README.ko.md");

    [Fact]
    public void Both_languages_have_the_same_headings_blocks_rows_and_links()
    {
        Counts(Korean).ShouldBe(Counts(English));
        Commands(Korean).ShouldBe(Commands(English));
        Links(Korean).Where(IsPage).ShouldBe(Links(English).Where(IsPage), ignoreOrder: true);
        Links(English).ShouldContain("README.ko.md");
        Links(Korean).ShouldContain("README.md");
    }

    [Fact]
    public void The_quoted_error_texts_are_the_same_in_both_languages() => Errors(Korean).ShouldBe(Errors(English));

    public static TheoryData<string> Pages =>
        [
            "README.md",
            "README.ko.md",
            "CONTRIBUTING.md",
            .. Directory.GetFiles(Repository.File("docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}"),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_to_a_file_and_a_heading_of_it(string page)
    {
        foreach (var link in Links(Read(page)).Where(link => !link.Contains("://")))
        {
            var (path, anchor) = link.Split('#') is [var file, var name] ? (file, name) : (link, "");
            var target =
                path.Length == 0
                    ? Repository.File(page)
                    : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.File(page))!, path));

            (File.Exists(target) || Directory.Exists(target)).ShouldBeTrue($"{page}: {link}");
            if (anchor.Length > 0)
            {
                Heading().Matches(File.ReadAllText(target)).Select(Anchor).ShouldContain(anchor, $"{page}: {link}");
            }
        }
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_readme()
    {
        var reached = new HashSet<string> { "README.md" };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var page))
        {
            var folder = Path.GetDirectoryName(Repository.File(page))!;
            foreach (
                var link in Links(Read(page)).Select(link => link.Split('#')[0]).Where(link => link.EndsWith(".md"))
            )
            {
                var target = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(folder, link)));
                if (reached.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }

        Pages.Select(row => row.Data).Except(reached).ShouldBeEmpty();
    }

    [Fact]
    public void Every_picture_is_shown_and_small()
    {
        var shown = Links(Read("docs/dashboard.md")).Where(link => link.EndsWith(".png", StringComparison.Ordinal));
        var files = Directory.GetFiles(Repository.File("docs/pictures"));

        files.Select(file => $"pictures/{Path.GetFileName(file)}").ShouldBe(shown, ignoreOrder: true);
        files.ShouldAllBe(file => new FileInfo(file).Length <= 150 * 1024);
    }

    private static string Read(string path) => File.ReadAllText(Repository.File(path));

    private static (int Headings, int Blocks, int Rows, int Points) Counts(string text) =>
        (
            Heading().Count(text),
            text.Split('\n').Count(line => line.StartsWith("```", StringComparison.Ordinal)) / 2,
            text.Split('\n').Count(line => line.StartsWith('|')),
            text.Split('\n').Count(line => line.StartsWith("- ", StringComparison.Ordinal))
        );

    // Comments are in the reader's language.
    private static List<string> Commands(string text) =>
        [
            .. Block()
                .Matches(text)
                .SelectMany(match => match.Groups[1].Value.Split('\n'))
                .Select(line => line.Split(" # ")[0].TrimEnd()),
        ];

    [Fact]
    public void No_page_holds_the_marks_of_an_unfinished_merge() =>
        new[] { "", "bench", "docs", "docs/decisions" }
            .SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.md"))
            .Where(file => MergeMark().IsMatch(File.ReadAllText(file)))
            .ShouldBeEmpty();

    private static List<string> Errors(string text) =>
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split(" | ")[0])
                .Where(cell => cell.Contains('…') || cell.StartsWith("| ``", StringComparison.Ordinal)),
        ];

    private static List<string> Links(string text) =>
        [.. Link().Matches(Block().Replace(text, "")).Select(match => match.Groups[1].Value)];

    private static bool IsPage(string link) => !link.StartsWith("README", StringComparison.Ordinal);

    private static string Anchor(Match heading) =>
        NotInAnchor().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^#{1,4} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```\w*\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(<{7} |={7}$|>{7} )", RegexOptions.Multiline)]
    private static partial Regex MergeMark();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
