namespace CodexProxy.Tests.Options;

/// <summary>How alternate upstreams are set.</summary>
public sealed class AlternateOptionsTests : OptionsFixture
{
    [Fact]
    public void An_entry_is_read_with_its_key_from_the_environment()
    {
        Variables["OTHER_KEY"] = " sk-1 ";
        Config(
            """
            {"upstreams":{"other":{"baseUrl":"https://api.example.com/v1","keyVariable":"OTHER_KEY","key":"sk-2","models":["a","b/c:free"],
             "default":"a","headers":{"x-title":"codex-proxy"},"reasoning":"content","efforts":["low","high"],"contextWindow":64000,
             "images":false,"maxTokens":"max_completion_tokens","enabled":true}}}
            """
        );

        var other = Load().Alternates.Find("other").ShouldNotBeNull();

        other.Key!.Reveal().ShouldBe("sk-1");
        other.Under("/chat/completions").ShouldBe(new Uri("https://api.example.com/v1/chat/completions"));
        other.Models.ShouldBe(["a", "b/c:free"]);
        other.Headers["X-Title"].Reveal().ShouldBe("codex-proxy");
        (other.ReturnsReasoning, other.Images, other.ContextWindow).ShouldBe((true, false, 64000));
        other.MaxTokensMember.ShouldBe("max_completion_tokens");
        other.ToString().ShouldNotContain("sk-1");
    }

    [Fact]
    public void An_entry_is_off_until_it_is_switched_on()
    {
        Config("""{"upstreams":{"other":{"baseUrl":"https://api.example.com/v1"}}}""");

        Load().Alternates.Find("other").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"other":{"baseUrl":"http://api.example.com"}}""")]
    [InlineData("""{"other":{"baseUrl":"https://user@api.example.com"}}""")]
    [InlineData("""{"other":{"enabled":true}}""")]
    [InlineData("""{"claude":{"baseUrl":"https://a.example"}}""")]
    [InlineData("""{"gpt-x":{"baseUrl":"https://a.example"}}""")]
    [InlineData("""{"Other":{"baseUrl":"https://a.example"}}""")]
    [InlineData("""{"a/b":{"baseUrl":"https://a.example"}}""")]
    [InlineData("""{"other":{"baseUrl":"https://a.example","headers":{"Authorization":"Bearer x"}}}""")]
    [InlineData("""{"other":{"baseUrl":"https://a.example","reasoning":"yes"}}""")]
    [InlineData("""{"other":{"baseUrl":"https://a.example","efforts":["huge"]}}""")]
    [InlineData("""{"other":{"baseUrl":"https://a.example","key":"sk-secret","colour":1}}""")]
    [InlineData("""[]""")]
    public void What_is_wrong_is_refused_and_no_key_is_repeated(string upstreams)
    {
        Config($$"""{"upstreams":{{upstreams}}}""");

        var error = Errors().Single();

        error.ShouldContain("upstreams");
        error.ShouldNotContain("sk-secret");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData(null, false)]
    public void The_preset_has_a_switch_of_its_own(string? value, bool enabled)
    {
        if (value is not null)
        {
            Variables["CODEX_CLAUDE_PROXY_ENABLE_KILO"] = value;
        }

        Config("""{"upstreams":{"kilo":{"default":"a/b:free","enabled":true}}}""");

        var alternates = Load().Alternates;

        (alternates.Find("kilo") is not null).ShouldBe(enabled);
        alternates.Kilo.Default.ShouldBe("a/b:free");
        alternates.Kilo.BaseUrl.ShouldBe(new Uri("https://api.kilo.ai/api/gateway"));
        alternates.Kilo.Key.ShouldBeNull();
    }
}
