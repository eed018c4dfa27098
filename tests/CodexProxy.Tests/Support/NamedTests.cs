using System.Text.RegularExpressions;

namespace CodexProxy.Tests.Support;

/// <summary>Pages that name the tests which prove them: <c>`SomeTests.Some_test`</c>.</summary>
internal static partial class NamedTests
{
    /// <summary>Every test that a page names exists.</summary>
    public static void ShouldExist(string page, int atLeast)
    {
        var named = TestName().Matches(File.ReadAllText(Repository.File(page)));

        named.Count.ShouldBeGreaterThan(atLeast);
        foreach (Match match in named)
        {
            var files = Directory.GetFiles(
                Repository.File("tests"),
                $"{match.Groups["class"].Value}*.cs",
                SearchOption.AllDirectories
            );
            files
                .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\b{match.Groups["test"].Value}\("))
                .ShouldBeTrue($"{match.Value} is named in {page} and is nowhere.");
        }
    }

    /// <summary>Every row of the tables whose first column has that name tells a test, or that there is none.</summary>
    public static void ShouldBeInEveryRow(string page, string firstColumn)
    {
        var rows = 0;
        var isInside = false;
        foreach (var line in File.ReadLines(Repository.File(page)))
        {
            if (line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal))
            {
                isInside = true;
            }
            else if (!line.StartsWith('|'))
            {
                isInside = false;
            }
            else if (
                isInside
                && !line.StartsWith("|--", StringComparison.Ordinal)
                && !line.StartsWith("| --", StringComparison.Ordinal)
            )
            {
                rows++;
                (TestName().IsMatch(line) || line.Contains("not tested")).ShouldBeTrue(line);
            }
        }

        rows.ShouldBeGreaterThan(10);
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+Tests)\.(?<test>[A-Z]\w+)`")]
    private static partial Regex TestName();
}
