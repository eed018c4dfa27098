using System.Text.RegularExpressions;
using CodexProxy.Commands;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The document about the gateway contract keeps its word.</summary>
public sealed partial class ConformanceTests
{
    [Fact]
    public void Every_clause_is_answered_once() =>
        ConformanceCommand
            .Clauses()
            .Select(clause => clause.Number)
            .ShouldBe(Enumerable.Range(1, 27).Select(number => $"C{number}"));

    [Fact]
    public void Whatever_is_served_names_tests_that_exist()
    {
        var tests = Tests();
        foreach (var clause in ConformanceCommand.Clauses())
        {
            clause.Here.ShouldMatch("^(served|differently|not applicable)");
            if (!clause.Here.StartsWith("not applicable", StringComparison.Ordinal))
            {
                clause.Tests.ShouldNotBeEmpty(clause.Number);
            }

            clause.Tests.ShouldAllBe(test => tests.Contains(test), clause.Number);
        }
    }

    [Fact]
    public void It_names_the_version_that_the_tests_pin()
    {
        var pinned = PinnedVersion()
            .Match(File.ReadAllText(Repository.File("tests/CodexProxy.EndToEnd/client/package.json")))
            .Groups[1]
            .Value;

        File.ReadAllText(Repository.File("docs/conformance.md")).ShouldContain($"Run against Claude Code {pinned},");
    }

    [Fact]
    public async Task The_command_prints_every_clause()
    {
        using var run = new CommandRun();

        (await run.RunAsync("conformance")).ShouldBe(ExitCode.Done);

        run.Output.ShouldContain("C27 ");
        run.Output.ShouldContain("not applicable");
    }

    private static HashSet<string> Tests()
    {
        var tests = new HashSet<string>();
        foreach (var file in Directory.GetFiles(Repository.File("tests"), "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            foreach (Match method in Method().Matches(File.ReadAllText(file)))
            {
                tests.Add($"{name}.{method.Groups[1].Value}");
            }
        }

        return tests;
    }

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex("\"@anthropic-ai/claude-code\": \"([^\"]+)\"")]
    private static partial Regex PinnedVersion();
}
