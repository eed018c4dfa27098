using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

/// <summary>The threat model names its proofs, and they are there.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        var named = TestName().Matches(File.ReadAllText(Repository.File("docs/security.md")));

        named.Count.ShouldBeGreaterThan(20);
        foreach (Match match in named)
        {
            var files = Directory.GetFiles(
                Repository.File("tests"),
                $"{match.Groups["class"].Value}*.cs",
                SearchOption.AllDirectories
            );
            files
                .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\b{match.Groups["test"].Value}\("))
                .ShouldBeTrue($"{match.Value} is named in docs/security.md and is nowhere.");
        }
    }

    [Fact]
    public void Every_row_of_the_threat_model_names_a_test_or_says_that_there_is_none()
    {
        foreach (
            var row in File.ReadLines(Repository.File("docs/security.md")).Where(line => line.StartsWith("| ")).Skip(1)
        )
        {
            if (
                !row.StartsWith("| ---", StringComparison.Ordinal)
                && !row.StartsWith("| threat", StringComparison.Ordinal)
            )
            {
                (TestName().IsMatch(row) || row.Contains("not tested")).ShouldBeTrue(row);
            }
        }
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+Tests)\.(?<test>[A-Z]\w+)`")]
    private static partial Regex TestName();
}
