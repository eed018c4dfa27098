using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

/// <summary>The threat model names its proofs, and they are there.</summary>
public sealed class SecurityPageTests
{
    [Fact]
    public void Every_test_that_the_threat_model_names_exists() => NamedTests.ShouldExist("docs/security.md", 20);

    [Fact]
    public void Every_row_of_the_threat_model_names_a_test_or_says_that_there_is_none() =>
        NamedTests.ShouldBeInEveryRow("docs/security.md", "threat");
}
