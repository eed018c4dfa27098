using System.Text.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Telemetry;

public sealed class SecretTests
{
    private readonly Secret _secret = new("the-value");

    [Fact]
    public void It_never_shows_its_value_unless_asked_by_name()
    {
        $"{_secret}".ShouldBe("***");
        JsonSerializer.Serialize(_secret).ShouldNotContain("the-value");
        string.Concat(new { _secret }).ShouldNotContain("the-value");
        _secret.Reveal().ShouldBe("the-value");
        _secret.Fingerprint.ShouldMatch("^[0-9a-f]{8}$");
    }

    [Fact]
    public void Equal_values_are_equal_secrets()
    {
        _secret.ShouldBe(new Secret("the-value"));
        _secret.GetHashCode().ShouldBe(new Secret("the-value").GetHashCode());
        _secret.ShouldNotBe(new Secret("the-valuE"));
        _secret.Equals((object?)null).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => new Secret(""));
    }
}
