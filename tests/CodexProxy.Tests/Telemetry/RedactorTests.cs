using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Telemetry;

/// <summary>What is blanked out of every line, and what is not.</summary>
public sealed class RedactorTests
{
    private readonly Redactor _redactor = new();

    [Theory]
    [InlineData("sent Bearer abcdef0123456789 there", "sent Bearer *** there")]
    [InlineData("authorization: bearer abc.def-ghi_jkl~123", "authorization: bearer ***")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==", "Basic ***")]
    [InlineData("id eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl!", "id ***!")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "***")]
    [InlineData("key sk-ant-api03-9f8e7d6c5b4a, then", "key ***, then")]
    [InlineData("rt_simulated_0123456789abcdef", "***")]
    [InlineData("for jo.doe+x@mail.example.org.", "for ***.")]
    [InlineData("?email=jo%40example.org&x=1", "?email=***&x=1")]
    [InlineData("GET /auth/callback?code=ac_123.456&state=xyz HTTP", "GET /auth/callback?code=***&state=*** HTTP")]
    [InlineData("http://127.0.0.1/dashboard/open?key=abc", "http://127.0.0.1/dashboard/open?key=***")]
    [InlineData("one jo@example.org two sk-0123456789", "one *** two ***")]
    public void What_looks_like_a_secret_is_blanked_out(string text, string clean) =>
        _redactor.Clean(text).ShouldBe(clean);

    [Theory]
    [InlineData(
        "req_01abc claude-opus-5-5 -> gpt-5.9 200 first 12 ms, total 900 ms, in 10 (cached 3) out 7, attempts 1"
    )]
    [InlineData("The ChatGPT login was renewed (token 0a1b2c3d).")]
    [InlineData("bearer of news")]
    [InlineData("task-runner, disk-full, @types/node and a@b")]
    [InlineData("session 3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77")]
    [InlineData("")]
    public void Everything_else_stays_the_same_object(string text) =>
        ReferenceEquals(_redactor.Clean(text), text).ShouldBeTrue();

    [Fact]
    public void A_value_it_was_told_of_is_blanked_out_in_any_case_and_inside_words()
    {
        _redactor.Learn("11112222-3333-4444-5555-66667777aaaa");
        _redactor.Learn("my client key");

        _redactor.Clean("account 11112222-3333-4444-5555-66667777AAAA, xmy client keyx").ShouldBe("account ***, x***x");
    }

    [Fact]
    public void The_longer_of_two_values_is_blanked_out_whole()
    {
        _redactor.Learn("password");
        _redactor.Learn("password-of-jo");

        _redactor.Clean("it is password-of-jo").ShouldBe("it is ***");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("request")]
    public void A_value_that_is_a_word_is_not_learned(string? value)
    {
        _redactor.Learn(value);

        _redactor.Clean("the request").ShouldBe("the request");
    }

    [Fact]
    public void Only_so_many_values_are_known_and_the_oldest_are_forgotten()
    {
        for (var i = 0; i < 1030; i++)
        {
            _redactor.Learn($"value-{i:0000}");
        }

        _redactor.Clean("value-0000 value-1029").ShouldBe("value-0000 ***");
    }
}
