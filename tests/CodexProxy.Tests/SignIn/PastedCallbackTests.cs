using CodexProxy.SignIn;

namespace CodexProxy.Tests.SignIn;

public sealed class PastedCallbackTests
{
    [Theory]
    [InlineData("http://127.0.0.1:1455/auth/callback?code=ac_1&state=st-1", "st-1")]
    [InlineData("  \"http://localhost:1455/auth/callback?code=ac_1&state=st-1#\" ", "st-1")]
    [InlineData("127.0.0.1:1455/auth/callback?state=st-1&code=ac_1", "st-1")]
    [InlineData("code=ac_1&state=st-1", "st-1")]
    [InlineData("?code=ac_1&state=st-1", "st-1")]
    [InlineData("ac_1#st-1", "st-1")]
    [InlineData("ac_1", null)]
    public void Every_form_a_person_may_paste_is_read(string text, string? state)
    {
        var read = PastedCallback.Read(text).ShouldNotBeNull();

        read.Code!.Reveal().ShouldBe("ac_1");
        read.State?.Reveal().ShouldBe(state);
    }

    [Theory]
    [InlineData("")]
    [InlineData("what do I do now")]
    [InlineData("https://auth.openai.com/oauth/authorize?response_type=code&state=st-1")]
    [InlineData("http://127.0.0.1:1455/auth/callback?code=ac_1")]
    [InlineData("http://127.0.0.1:1455/auth/callback")]
    [InlineData("ac_1#")]
    [InlineData("ac_1#st#st")]
    public void Anything_else_is_not(string text) => PastedCallback.Read(text).ShouldBeNull();

    [Fact]
    public void A_pasted_refusal_is_one()
    {
        var read = PastedCallback.Read("http://127.0.0.1:1455/auth/callback?error=access_denied&state=st-1");

        read!.Refusal!.Problem.ShouldBe(SignInProblem.Denied);
    }
}
