using CodexProxy.SignIn;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Telemetry;

namespace CodexProxy.Tests.SignIn;

public sealed class CodeExchangeTests
{
    private static readonly Uri Redirect = new("http://127.0.0.1:1455/auth/callback");

    private static Task<SignInOutcome> RedeemAsync(SignInStage stage) =>
        stage
            .Exchange()
            .RedeemAsync(new Secret("ac_1"), new Secret("v-1"), Redirect, TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_request_is_the_form_that_the_issuers_own_client_sends()
    {
        await using var stage = await SignInStage.StartAsync();

        await RedeemAsync(stage);

        var request = await stage.Simulator.WaitForRequestAsync(
            SimulatedEndpoint.Token,
            TestContext.Current.CancellationToken
        );
        request.Text.ShouldBe(
            "grant_type=authorization_code&client_id=app_EMoamEEZ73f0CkXaXp7hrann&code=ac_1"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1455%2Fauth%2Fcallback&code_verifier=v-1"
        );
        request.Header("content-type").ShouldBe("application/x-www-form-urlencoded");
        request.Header("originator").ShouldBeNull();
        request.Header("user-agent").ShouldBeNull();
    }

    [Theory]
    [InlineData(200, """{"id_token":"i","access_token":"a"}""", "without all tokens")]
    [InlineData(200, """{"id_token":"i","access_token":"a","refresh_token":""}""", "without all tokens")]
    [InlineData(200, "<html>canary</html>", "without all tokens")]
    [InlineData(400, """{"error":"invalid_grant","error_description":"canary"}""", "spent, too old")]
    [InlineData(503, "canary", "status 503")]
    public async Task What_is_not_three_tokens_is_a_failure_that_says_so_and_nothing_of_the_body(
        int status,
        string body,
        string words
    )
    {
        await using var stage = await SignInStage.StartAsync();
        stage.Simulator.NextReply(SimulatedEndpoint.Token, new HttpReply(status, body));

        var failure = (await RedeemAsync(stage)).ShouldBeOfType<SignInFailure>();

        failure.Problem.ShouldBe(SignInProblem.Refused);
        failure.Message.ShouldContain(words);
        failure.Message.ShouldNotContain("canary");
    }

    [Fact]
    public async Task An_issuer_out_of_reach_is_a_failure_of_its_own()
    {
        await using var stage = await SignInStage.StartAsync();
        await stage.StopIssuerAsync();

        var outcome = await RedeemAsync(stage);

        outcome.ShouldBeOfType<SignInFailure>().Problem.ShouldBe(SignInProblem.Unreachable);
    }
}
