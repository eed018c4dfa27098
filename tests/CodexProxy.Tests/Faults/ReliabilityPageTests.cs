using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>The page about faults names its proofs, and they are there.</summary>
public sealed class ReliabilityPageTests
{
    [Fact]
    public void Every_test_that_it_names_exists() => NamedTests.ShouldExist(ReliabilityPage.Page, 20);

    [Fact]
    public void Every_row_names_a_test_or_says_that_there_is_none() =>
        NamedTests.ShouldBeInEveryRow(ReliabilityPage.Page, "fault");
}
