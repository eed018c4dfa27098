using CodexProxy.SignIn;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.SignIn;

/// <summary>The sign-in that waits for its browser, with the simulator as issuer.</summary>
public sealed class BrowserSignInTests
{
    [Fact]
    public async Task A_person_who_allows_it_is_signed_in_and_sees_the_finished_page()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();

        var (status, html, address) = await stage.BrowseAsync(signIn.AuthorizeUrl);
        var tokens = (await signIn.Completion).ShouldBeOfType<SignedIn>().Tokens;

        status.ShouldBe(200);
        html.ShouldContain("You are signed in");
        address.ShouldBe(new Uri($"http://127.0.0.1:{signIn.Port}/success"));
        stage.Simulator.Tokens.Refreshes.ShouldBe(0);
        tokens.RefreshToken.Reveal().ShouldNotBeEmpty();
        $"{tokens}".ShouldBe("SignInTokens { IdToken = ***, AccessToken = ***, RefreshToken = *** }");
    }

    [Fact]
    public async Task A_wrong_state_is_refused_and_the_right_answer_is_still_taken()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        stage.Simulator.SignIn.State = "of-somebody-else";

        var (status, html, _) = await stage.BrowseAsync(signIn.AuthorizeUrl);

        (status, signIn.Completion.IsCompleted).ShouldBe((400, false));
        html.ShouldContain("another sign-in");
        stage.Simulator.SignIn.State = null;
        (await stage.BrowseAsync(signIn.AuthorizeUrl)).Status.ShouldBe(200);
        (await signIn.Completion).ShouldBeOfType<SignedIn>();
    }

    [Theory]
    [InlineData("access_denied", "no", "The sign-in was denied")]
    [InlineData("access_denied", "missing_codex_entitlement: ask", "No access to Codex")]
    [InlineData("missing_codex_entitlement", "", "No access to Codex")]
    [InlineData("server_error", "canary", "refused (server_error)")]
    [InlineData("<script>canary", "canary", "The sign-in was refused. Try")]
    public async Task A_refusal_has_a_page_and_ends_it(string error, string description, string words)
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        stage.Simulator.SignIn.Refusal = (error, description);

        var (status, html, _) = await stage.BrowseAsync(signIn.AuthorizeUrl);

        status.ShouldBe(400);
        html.ShouldContain(words);
        html.ShouldNotContain("canary");
        var failure = (await signIn.Completion).ShouldBeOfType<SignInFailure>();
        html.ShouldContain(failure.Message);
    }

    [Fact]
    public async Task A_failed_exchange_has_a_page_and_ends_it()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        stage.Simulator.NextReply(SimulatedEndpoint.Token, new HttpReply(500, "canary"));

        var (status, html, _) = await stage.BrowseAsync(signIn.AuthorizeUrl);

        status.ShouldBe(400);
        html.ShouldContain("status 500");
        html.ShouldNotContain("canary");
        (await signIn.Completion).ShouldBeOfType<SignInFailure>().Problem.ShouldBe(SignInProblem.Refused);
    }

    [Fact]
    public async Task An_answer_that_comes_twice_is_redeemed_once()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        var answer = await stage.AnswerAsync(signIn.AuthorizeUrl);

        var both = await Task.WhenAll(stage.BrowseAsync(answer), stage.BrowseAsync(answer));

        both.ShouldAllBe(page => page.Status == 200);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Token).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_in_time_ends_it_and_frees_the_port()
    {
        var time = new ManualTime();
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync(time);
        time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        signIn.Completion.IsCompleted.ShouldBeFalse();

        time.Advance(TimeSpan.FromTicks(1));

        (await signIn.Completion).ShouldBe(
            new SignInFailure(SignInProblem.TimedOut, "Nobody signed in within 2 minutes. Sign in again.")
        );
        await signIn.DisposeAsync();
        (await SignInStage.IsOpenAsync(signIn.Port)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{1}#{2}")]
    [InlineData("{1}")]
    public async Task What_a_person_pastes_signs_in(string form)
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        var answer = await stage.AnswerAsync(signIn.AuthorizeUrl);
        var pasted = PastedCallback.Read(answer.AbsoluteUri)!;

        var problem = await signIn.CompleteAsync(
            string.Format(null, form, answer, pasted.Code!.Reveal(), pasted.State!.Reveal())
        );

        problem.ShouldBeNull();
        (await signIn.Completion).ShouldBeOfType<SignedIn>();
    }

    [Fact]
    public async Task A_pasted_answer_of_another_sign_in_is_refused_and_the_wait_goes_on()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();

        (await signIn.CompleteAsync("ac_1#other")).ShouldNotBeNull().ShouldContain("another sign-in");
        (await signIn.CompleteAsync("hello there")).ShouldNotBeNull().ShouldContain("not the address");

        signIn.Completion.IsCompleted.ShouldBeFalse();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Token).ShouldBe(0);
    }

    [Fact]
    public async Task The_bare_code_of_another_sign_in_fails_at_the_token_endpoint_and_the_wait_goes_on()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var other = await stage.BeginAsync();
        await using var signIn = await stage.BeginAsync();
        var code = PastedCallback.Read((await stage.AnswerAsync(other.AuthorizeUrl)).AbsoluteUri)!.Code!;

        (await signIn.CompleteAsync(code.Reveal())).ShouldNotBeNull().ShouldContain("of another sign-in");

        signIn.Completion.IsCompleted.ShouldBeFalse();
        (await stage.BrowseAsync(signIn.AuthorizeUrl)).Status.ShouldBe(200);
        (await signIn.Completion).ShouldBeOfType<SignedIn>();
    }

    [Fact]
    public async Task An_answer_handed_over_by_somebody_else_counts_too()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        var answer = await stage.AnswerAsync(signIn.AuthorizeUrl);

        var page = await signIn.AcceptCallbackAsync(PastedCallback.Read(answer.AbsoluteUri)!);

        page.ShouldBe(SignInPage.Finished);
        (await signIn.Completion).ShouldBeOfType<SignedIn>();
    }

    [Fact]
    public async Task A_code_that_is_being_redeemed_counts_although_the_time_is_up()
    {
        var time = new ManualTime();
        await using var stage = await SignInStage.StartAsync();
        var gate = new Gate();
        stage.Simulator.Hold(SimulatedEndpoint.Token, gate);
        await using var signIn = await stage.BeginAsync(time);
        time.Advance(BrowserSignIn.UsualLimit - TimeSpan.FromSeconds(1));
        var browsing = stage.BrowseAsync(signIn.AuthorizeUrl);
        await stage.Simulator.WaitForRequestAsync(SimulatedEndpoint.Token, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(2));
        gate.Open();

        (await browsing).Status.ShouldBe(200);
        (await signIn.Completion).ShouldBeOfType<SignedIn>();
    }

    [Fact]
    public async Task Ending_it_while_a_code_is_redeemed_does_not_wait_for_it()
    {
        await using var stage = await SignInStage.StartAsync();
        stage.Simulator.Hold(SimulatedEndpoint.Token, new Gate());
        var signIn = await stage.BeginAsync();
        var answer = await stage.AnswerAsync(signIn.AuthorizeUrl);
        var accepting = signIn.AcceptCallbackAsync(PastedCallback.Read(answer.AbsoluteUri)!);
        await stage.Simulator.WaitForRequestAsync(SimulatedEndpoint.Token, TestContext.Current.CancellationToken);

        await signIn.DisposeAsync();

        (await signIn.Completion).ShouldBeOfType<SignInFailure>().Problem.ShouldBe(SignInProblem.Cancelled);
        (await accepting).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Ending_it_early_cancels_it()
    {
        await using var stage = await SignInStage.StartAsync();
        var signIn = await stage.BeginAsync();

        await signIn.DisposeAsync();

        (await signIn.Completion).ShouldBeOfType<SignInFailure>().Problem.ShouldBe(SignInProblem.Cancelled);
        (await SignInStage.IsOpenAsync(signIn.Port)).ShouldBeFalse();
    }
}
