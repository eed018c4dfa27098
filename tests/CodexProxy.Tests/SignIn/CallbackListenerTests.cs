using System.Net;
using CodexProxy.SignIn;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.SignIn;

/// <summary>Ports, addresses and headers of the listener.</summary>
public sealed class CallbackListenerTests
{
    [Fact]
    public async Task A_waiting_sign_in_makes_room_for_the_next()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var first = await stage.BeginAsync();
        var leaving = LeaveAsync(first);

        await using var second = await stage.BeginAsync(null, first.Port);

        second.Port.ShouldBe(first.Port);
        (await leaving).ShouldBe(
            new SignInFailure(SignInProblem.Cancelled, "The sign-in was cancelled by another sign-in.")
        );

        static async Task<SignInOutcome> LeaveAsync(BrowserSignIn signIn)
        {
            var outcome = await signIn.Completion;
            await signIn.DisposeAsync();
            return outcome;
        }
    }

    [Fact]
    public async Task A_port_that_stays_busy_is_asked_once_and_passed_over()
    {
        await using var stage = await SignInStage.StartAsync();
        using var busy = new BusyPort();

        await using var signIn = await stage.BeginAsync(null, busy.Number, 0);

        busy.Requests.ShouldBe([$"GET /cancel HTTP/1.1\r\nHost: 127.0.0.1:{busy.Number}\r\nConnection: close\r\n\r\n"]);
        signIn.Port.ShouldNotBe(busy.Number);
        signIn.AuthorizeUrl.Query.ShouldContain(
            Uri.EscapeDataString($"http://127.0.0.1:{signIn.Port}/auth/callback"),
            Case.Sensitive
        );
    }

    [Fact]
    public async Task Without_a_free_port_the_error_names_them()
    {
        await using var stage = await SignInStage.StartAsync();
        using var one = new BusyPort();
        using var other = new BusyPort();
        var time = new ManualTime { SkipsWaits = true };
        var start = time.GetUtcNow();

        var exception = await Should.ThrowAsync<SignInFailedException>(() =>
            stage.BeginAsync(time, one.Number, other.Number)
        );

        exception.Message.ShouldContain($"ports {one.Number} and {other.Number} are in use");
        (time.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/success", 404)]
    [InlineData("POST", "/auth/callback", 404)]
    [InlineData("GET", "/auth/callback", 400)]
    [InlineData("GET", "/auth/callback/more", 404)]
    public async Task Everything_but_the_callback_is_not_found(string method, string path, int status)
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();

        using var response = await SendAsync(stage, signIn, method, path);

        ((int)response.StatusCode).ShouldBe(status);
        signIn.Completion.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("evil.example:{0}", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.Forbidden)]
    [InlineData("localhost:{0}", HttpStatusCode.NotFound)]
    public async Task Only_the_names_of_this_machine_with_its_port_are_served(string host, HttpStatusCode status)
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();

        using var response = await SendAsync(
            stage,
            signIn,
            "GET",
            "/",
            request => request.Headers.Host = string.Format(null, host, signIn.Port)
        );

        response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_page_of_some_site_cannot_cancel_a_sign_in()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();

        using var response = await SendAsync(
            stage,
            signIn,
            "GET",
            "/cancel",
            request => request.Headers.Add("Sec-Fetch-Site", "cross-site")
        );

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        signIn.Completion.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Pages_allow_nothing_tell_nothing_and_are_kept_nowhere()
    {
        await using var stage = await SignInStage.StartAsync();
        await using var signIn = await stage.BeginAsync();
        var answer = await stage.AnswerAsync(signIn.AuthorizeUrl);

        using var response = await stage.Browser.GetAsync(answer, TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        policy.ShouldNotContain("unsafe");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        html.ShouldNotContain("<script");
        html.ShouldNotContain("http");
        var request = stage.Simulator.Requests.Of(SimulatedEndpoint.Token).Single();
        html.ShouldNotContain(request.Form["code"]);
        response.RequestMessage!.RequestUri!.Query.ShouldBeEmpty();
    }

    private static async Task<HttpResponseMessage> SendAsync(
        SignInStage stage,
        BrowserSignIn signIn,
        string method,
        string path,
        Action<HttpRequestMessage>? prepare = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{signIn.Port}{path}");
        prepare?.Invoke(request);
        return await stage.Browser.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
