using System.Text.Json;
using CodexProxy.SignIn;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.SignIn;

/// <summary>Sign-in by device code, with the simulator as issuer and a clock that skips the waits.</summary>
public sealed class DeviceSignInTests
{
    private readonly ManualTime _time = new() { SkipsWaits = true };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 3)]
    public async Task A_device_asks_in_the_interval_given_until_its_person_allows_it(bool isNumber, int interval)
    {
        await using var stage = await SignInStage.StartAsync(_time);
        (stage.Devices.IntervalIsNumber, stage.Devices.Interval) = (isNumber, interval);
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code.ShouldNotBeNull();
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceToken, HttpReply.Error(403, "pending"));
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceToken, HttpReply.Error(404, "pending"));
        stage.Devices.Approve(code.UserCode).ShouldBeTrue();
        var start = _time.GetUtcNow();

        (await signIn.WaitAsync(code, Cancelled)).ShouldBeOfType<SignedIn>();

        (_time.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(3 * interval));
        code.Page.ShouldBe(new Uri(stage.Simulator.Address, "/codex/device"));
        stage
            .Simulator.Requests.Of(SimulatedEndpoint.DeviceUserCode)
            .Single()
            .Text.ShouldBe("""{"client_id":"app_EMoamEEZ73f0CkXaXp7hrann"}""");
        var poll = stage.Simulator.Requests.Of(SimulatedEndpoint.DeviceToken)[0];
        poll.Text.ShouldBe($$"""{"device_auth_id":"{{code.Id.Reveal()}}","user_code":"{{code.UserCode}}"}""");
        poll.Header("content-type").ShouldBe("application/json");
        stage
            .Simulator.Requests.Of(SimulatedEndpoint.Token)
            .Single()
            .Form["redirect_uri"]
            .ShouldBe(new Uri(stage.Simulator.Address, "/deviceauth/callback").AbsoluteUri);
    }

    [Fact]
    public async Task The_captured_answers_lead_to_the_captured_requests()
    {
        await using var stage = await SignInStage.StartAsync(_time);
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceUserCode, Captured("device-usercode-response.json"));
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceToken, Captured("device-token-response.json"));
        stage.Simulator.NextReply(SimulatedEndpoint.Token, Captured("token-response.json"));
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code.ShouldNotBeNull();

        var tokens = (await signIn.WaitAsync(code, Cancelled)).ShouldBeOfType<SignedIn>().Tokens;

        (code.UserCode, tokens.RefreshToken.Reveal()).ShouldBe(("ABCD-12345", "rt_fixture_0001"));
        using var captured = JsonDocument.Parse(File.ReadAllText(Fixture("captured/oauth-exchanges.json")));
        foreach (var (theirs, ours) in captured.RootElement.EnumerateArray().Zip(stage.Simulator.Requests.All))
        {
            ours.Path.ShouldBe(new Uri(theirs.GetProperty("url").GetString()!).AbsolutePath);
            ours.Header("content-type")
                .ShouldBe(theirs.GetProperty("headers_in_order").GetProperty("content-type").GetString());
            Names(ours.Text).ShouldBe(Names(theirs.GetProperty("body_decoded").ToString()));
        }
    }

    [Theory]
    [InlineData("""{"device_auth_id":"d","usercode":"AB-1","interval":2.5}""", 2.5)]
    [InlineData("""{"device_auth_id":"d","user_code":"AB-1"}""", 5)]
    [InlineData("""{"device_auth_id":"d","user_code":"AB-1","interval":"soon"}""", 5)]
    [InlineData("""{"device_auth_id":"d","user_code":"\u001bAB-1","interval":"-1"}""", 5)]
    public async Task Every_form_of_the_first_answer_is_read(string body, double seconds)
    {
        await using var stage = await SignInStage.StartAsync(_time);
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceUserCode, new HttpReply(200, body));

        var code = (await stage.Device(_time).StartAsync(Cancelled)).Code.ShouldNotBeNull();

        (code.UserCode, code.Interval).ShouldBe(("AB-1", TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task An_issuer_out_of_breath_is_asked_five_seconds_later(int status)
    {
        await using var stage = await SignInStage.StartAsync(_time);
        stage.Devices.Interval = 1;
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code!;
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceToken, HttpReply.Error(status, "later"));
        stage.Devices.Approve(code.UserCode);
        var start = _time.GetUtcNow();

        (await signIn.WaitAsync(code, Cancelled)).ShouldBeOfType<SignedIn>();

        (_time.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(1 + 6));
    }

    [Fact]
    public async Task A_denied_device_ends_it()
    {
        await using var stage = await SignInStage.StartAsync(_time);
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code!;
        stage.Devices.Deny(code.UserCode);

        var outcome = await signIn.WaitAsync(code, Cancelled);

        outcome.ShouldBeOfType<SignInFailure>().Problem.ShouldBe(SignInProblem.Denied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_code_too_old_ends_it_whoever_sees_it_first(bool byIssuer)
    {
        await using var stage = await SignInStage.StartAsync(byIssuer ? _time : null);
        stage.Devices.Interval = 9;
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code!;
        if (byIssuer)
        {
            stage.Devices.Expire(code.UserCode);
        }

        var start = _time.GetUtcNow();
        var outcome = await signIn.WaitAsync(code, Cancelled);

        outcome.ShouldBeOfType<SignInFailure>().Message.ShouldContain("within 15 minutes");
        (_time.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(byIssuer ? 9 : 15 * 60 - 9));
    }

    [Theory]
    [InlineData(404, SignInProblem.NotEnabled, "not enabled here")]
    [InlineData(429, SignInProblem.Refused, "too many codes")]
    [InlineData(500, SignInProblem.Refused, "status 500")]
    [InlineData(200, SignInProblem.Refused, "gave no code")]
    public async Task Without_a_code_the_failure_says_why(int status, object problem, string words)
    {
        await using var stage = await SignInStage.StartAsync(_time);
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceUserCode, HttpReply.Error(status, "canary"));

        var (code, failure) = await stage.Device(_time).StartAsync(Cancelled);

        code.ShouldBeNull();
        failure!.Problem.ShouldBe((SignInProblem)problem);
        failure.Message.ShouldContain(words);
        failure.Message.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Any_other_error_of_a_poll_ends_it()
    {
        await using var stage = await SignInStage.StartAsync(_time);
        var signIn = stage.Device(_time);
        var code = (await signIn.StartAsync(Cancelled)).Code!;
        stage.Simulator.NextReply(SimulatedEndpoint.DeviceToken, HttpReply.Error(400, "canary"));

        var failure = (await signIn.WaitAsync(code, Cancelled)).ShouldBeOfType<SignInFailure>();

        (failure.Problem, failure.Message).ShouldBe(
            (SignInProblem.Refused, "The sign-in was refused (status 400). Sign in again.")
        );
    }

    private static string Fixture(string name) => Repository.File($"tests/Fixtures/codex-backend/{name}");

    private static HttpReply Captured(string name) => new(200, File.ReadAllText(Fixture($"json/{name}")));

    // Names of the members of a JSON object, or of the fields of a form, in their order.
    private static string[] Names(string body)
    {
        if (!body.StartsWith('{'))
        {
            return [.. body.Split('&').Select(field => field.Split('=')[0])];
        }

        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateObject().Select(member => member.Name)];
    }
}
