using CodexProxy.Tests.Options;

namespace CodexProxy.Tests.Security;

public sealed class AllowedOriginsOptionTests : OptionsFixture
{
    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("app.example")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/path")]
    [InlineData("https://me@app.example")]
    [InlineData("file:///x")]
    public void What_is_no_single_origin_is_refused(string origin)
    {
        Variables["CODEX_PROXY_ALLOWED_ORIGINS"] = origin;

        Errors().Single().ShouldContain("is not a list of origins");
    }

    [Theory]
    [InlineData("https://App.example:8443")]
    [InlineData("http://localhost:3000")]
    [InlineData("chrome-extension://abcdefgh")]
    public void A_single_origin_is_taken(string origin)
    {
        Variables["CODEX_PROXY_ALLOWED_ORIGINS"] = origin;

        Load().Server.AllowedOrigins.ShouldBe([origin.ToLowerInvariant()]);
    }
}
