using System.Text.RegularExpressions;
using CodexProxy.Commands;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Documentation;

/// <summary>What the pages tell people to type can be typed: blocks are run, code within sentences is parsed.</summary>
public sealed partial class DocumentedCommandsTests
{
    // Pages whose every line is in the list of those that are not run need no shell.
    public static TheoryData<string> PagesWithLines =>
        [.. DocumentedPage.All.Where(page => Runs(page).Any()).Select(page => page.Name)];

    public static TheoryData<string> Pages => [.. DocumentedPage.All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(PagesWithLines))]
    public async Task Every_line_of_a_page_does_what_it_says(string name)
    {
        Assert.SkipUnless(DocumentedShell.IsThere, "Needs bash and curl.");
        await using var shell = await DocumentedShell.OpenAsync();

        (await shell.RunAsync(Runs(Page(name)))).ShouldBeEmpty();

        var folder = Page("docs/configuration.md").Text.Split("## The state folder")[1];
        shell.Kept.ShouldNotBeEmpty();
        shell.Kept.ShouldAllBe(file => folder.Contains($"`{file}`") || folder.Contains($"`{file}/`"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_within_a_sentence_is_understood(string name)
    {
        using var run = new CommandRun();
        var root = CommandLine.CreateRoot(run.Context(TextWriter.Null));
        var page = Page(name);
        var commands = root.Subcommands.SelectMany(one => one.Aliases.Append(one.Name)).ToHashSet();

        foreach (var words in page.Spans.Concat(page.OtherLines).SelectMany(Commands).Select(Words))
        {
            // A sentence may name a command without all that it needs.
            root.Parse(ClaudeCommand.Protect(words))
                .Errors.Select(error => error.Message)
                .Where(message => !message.StartsWith("Required ", StringComparison.Ordinal))
                .Where(message => message != "Say what to forget: either --before TIME or --all.")
                .ShouldBeEmpty($"{name}: {string.Join(' ', words)}");
        }

        // Within sentences the program's name is often left out.
        IEnumerable<string> Commands(string text) =>
            Command().Matches(text) is { Count: > 0 } named ? named.Select(match => match.Groups[1].Value)
            : text.Split(' ') is [var first, _, ..] && commands.Contains(first) ? [text]
            : [];
    }

    [Fact]
    public void Every_block_says_what_it_is_and_hides_no_command()
    {
        foreach (var page in DocumentedPage.All)
        {
            foreach (var (language, text) in page.Blocks)
            {
                if (page.Name is not "docs/architecture.md")
                {
                    language.ShouldNotBeEmpty($"{page.Name}:\n{text}");
                }

                if (language is "text")
                {
                    text.ShouldNotContain("$ codex-proxy", customMessage: page.Name);
                }
            }
        }
    }

    [Fact]
    public void Every_exception_stands_in_its_page()
    {
        foreach (var told in DocumentedLine.All)
        {
            Page(told.Page).Lines.Select(DocumentedPage.Bare).ShouldContain(told.Line, told.Page);
        }
    }

    [Fact]
    public void The_parts_of_test_sh_and_the_projects_that_the_pages_name_are_there()
    {
        var parts = File.ReadAllText(Repository.File("test.sh"));
        foreach (var page in DocumentedPage.All)
        {
            foreach (Match match in Part().Matches(page.Text))
            {
                parts.ShouldContain($"./test.sh {match.Groups[1].Value}", customMessage: page.Name);
            }

            foreach (Match match in Project().Matches(page.Text))
            {
                Directory.Exists(Repository.File(match.Groups[1].Value)).ShouldBeTrue($"{page.Name}: {match.Value}");
            }
        }
    }

    private static DocumentedPage Page(string name) => DocumentedPage.All.Single(page => page.Name == name);

    private static IEnumerable<(string Line, DocumentedLine? Told)> Runs(DocumentedPage page) =>
        page
            .Lines.Select(line =>
                (
                    Line: line,
                    Told: DocumentedLine.All.SingleOrDefault(told =>
                        told.Page == page.Name && told.Line == DocumentedPage.Bare(line)
                    )
                )
            )
            .Where(pair => pair.Told?.IsRun ?? true);

    // Brackets are around what may be left out, dots where more follows.
    private static List<string> Words(string text) =>
        [
            .. Word()
                .Matches(text.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal))
                .Select(match => match.Value.Trim('"'))
                .Where(word => word is not "…"),
        ];

    [GeneratedRegex(@"(?:^|`|\$\()codex-proxy ([^|>)#`]+)")]
    private static partial Regex Command();

    [GeneratedRegex("\"[^\"]*\"|[^\\s,]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\./test\.sh ([a-z0-9]+)`")]
    private static partial Regex Part();

    [GeneratedRegex(@"--project ([\w./]+)")]
    private static partial Regex Project();
}
