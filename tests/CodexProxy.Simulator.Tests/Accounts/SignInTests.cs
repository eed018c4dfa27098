using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Accounts;

public sealed class SignInTests
{
    private const string ClientId = "app_EMoamEEZ73f0CkXaXp7hrann";
    private const string Redirect = "http://127.0.0.1:1455/auth/callback";
    private static readonly string Verifier = new('v', 86);

    private static string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private static FormUrlEncodedContent Exchange(string code, string verifier, string redirect) =>
        new(
            new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["client_id"] = ClientId,
                ["code"] = code,
                ["redirect_uri"] = redirect,
                ["code_verifier"] = verifier,
            }
        );

    private static async Task<Uri> AuthorizeAsync(Caller caller, string state)
    {
        using var response = await GetAsync(caller, $"/oauth/authorize?{Parameters(state)}");
        ((int)response.StatusCode).ShouldBe(302);
        return response.Headers.Location!;
    }

    private static string Parameters(string state) =>
        $"response_type=code&client_id={ClientId}&redirect_uri={Uri.EscapeDataString(Redirect)}&code_challenge={Challenge}&code_challenge_method=S256&state={state}";

    private static string Code(Uri location) => location.Query.Split("code=")[1].Split('&')[0];

    [Fact]
    public async Task The_browser_is_sent_back_with_code_and_state_and_the_code_works_once()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.SignIn.Person = caller.Simulator.Accounts.Add("other@example.com", "pro");
        var location = await AuthorizeAsync(caller, "state-1");

        location.ToString().ShouldStartWith($"{Redirect}?code=");
        location.Query.ShouldEndWith("&state=state-1");
        var (status, body) = await caller.PostAsync("/oauth/token", Exchange(Code(location), Verifier, Redirect));
        status.ShouldBe(200);
        body.GetProperty("id_token").GetString().ShouldNotBeNull();
        (await caller.PostAsync("/oauth/token", Exchange(Code(location), Verifier, Redirect))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("wrong-verifier", Redirect)]
    [InlineData(null, "http://127.0.0.1:9999/auth/callback")]
    public async Task A_code_needs_its_verifier_and_its_address(string? verifier, string redirect)
    {
        await using var caller = await Caller.StartAsync();
        var location = await AuthorizeAsync(caller, "s");

        var (status, body) = await caller.PostAsync(
            "/oauth/token",
            Exchange(Code(location), verifier ?? Verifier, redirect)
        );

        (status, body.GetProperty("error").GetString()).ShouldBe((400, "invalid_grant"));
    }

    [Fact]
    public async Task A_device_waits_for_its_person_and_then_gets_a_code_with_verifier()
    {
        await using var caller = await Caller.StartAsync();
        var (_, start) = await caller.PostAsync(
            "/api/accounts/deviceauth/usercode",
            Json($$"""{"client_id":"{{ClientId}}"}""")
        );
        var userCode = start.GetProperty("user_code").GetString()!;
        string Poll() =>
            $$"""{"device_auth_id":"{{start.GetProperty("device_auth_id").GetString()}}","user_code":"{{userCode}}"}""";

        var (pending, refusal) = await caller.PostAsync("/api/accounts/deviceauth/token", Json(Poll()));
        caller.Simulator.SignIn.Devices.Approve(userCode).ShouldBeTrue();
        var (status, body) = await caller.PostAsync("/api/accounts/deviceauth/token", Json(Poll()));

        pending.ShouldBe(403);
        refusal.GetProperty("error").GetProperty("code").GetString().ShouldBe("deviceauth_authorization_unknown");
        status.ShouldBe(200);
        var (exchanged, _) = await caller.PostAsync(
            "/oauth/token",
            Exchange(
                body.GetProperty("authorization_code").GetString()!,
                body.GetProperty("code_verifier").GetString()!,
                new Uri(caller.Simulator.Address, "/deviceauth/callback").ToString()
            )
        );
        exchanged.ShouldBe(200);
    }

    [Fact]
    public async Task Devices_can_be_forbidden_and_codes_grow_old()
    {
        var clock = new ManualClock();
        await using var caller = await Caller.StartAsync(new SimulatorOptions { TimeProvider = clock });
        var (_, start) = await caller.PostAsync("/api/accounts/deviceauth/usercode", Json("{}"));
        clock.Advance(TimeSpan.FromMinutes(15));

        var (status, _) = await caller.PostAsync(
            "/api/accounts/deviceauth/token",
            Json(
                $$"""{"device_auth_id":"{{start.GetProperty("device_auth_id").GetString()}}","user_code":"{{start.GetProperty("user_code").GetString()}}"}"""
            )
        );
        status.ShouldBe(400);
        caller.Simulator.SignIn.Devices.Allowed = false;
        (await caller.PostAsync("/api/accounts/deviceauth/usercode", Json("{}"))).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("allow", "?code=ac_")]
    [InlineData("deny", "?error=access_denied&error_description=")]
    public async Task A_browser_can_be_shown_a_page_whose_buttons_decide(string answer, string query)
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.SignIn.ShowPage = true;
        var page = await GetAsync(caller, $"/oauth/authorize?{Parameters("s")}");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = html.Split("name=\"page\" value=\"")[1].Split('"')[0];

        html.ShouldContain("Allow");
        var decided = await GetAsync(caller, $"/oauth/decision?page={id}&answer={answer}");
        decided.Headers.Location!.ToString().ShouldStartWith(Redirect + query);
        decided.Headers.Location.Query.ShouldEndWith("&state=s");
        (await GetAsync(caller, $"/oauth/decision?page={id}&answer={answer}")).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task The_browser_can_be_sent_back_with_a_refusal_or_with_a_wrong_state()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.SignIn.State = "other";
        (await AuthorizeAsync(caller, "s")).Query.ShouldEndWith("&state=other");

        caller.Simulator.SignIn.State = null;
        caller.Simulator.SignIn.Refusal = ("access_denied", "missing_codex_entitlement");
        (await AuthorizeAsync(caller, "s")).Query.ShouldBe(
            "?error=access_denied&error_description=missing_codex_entitlement&state=s"
        );
    }

    [Fact]
    public async Task Devices_can_be_slowed_down_denied_and_made_too_old()
    {
        await using var caller = await Caller.StartAsync();
        var devices = caller.Simulator.SignIn.Devices;
        (devices.Interval, devices.IntervalIsNumber, devices.TooFast) = (7, true, 1);
        var (_, start) = await caller.PostAsync("/api/accounts/deviceauth/usercode", Json("{}"));
        var userCode = start.GetProperty("user_code").GetString()!;
        async Task<(int Status, string Body)> PollAsync()
        {
            var (status, body) = await caller.PostAsync("/api/accounts/deviceauth/token", Json(start.GetRawText()));
            return (status, body.GetRawText());
        }

        start.GetProperty("interval").GetInt32().ShouldBe(7);
        (await PollAsync()).Status.ShouldBe(429);
        devices.Deny(userCode).ShouldBeTrue();
        (await PollAsync()).Body.ShouldContain("access_denied");
        devices.Expire(userCode).ShouldBeTrue();
        (await PollAsync()).Body.ShouldContain("deviceauth_expired");
    }

    private static async Task<HttpResponseMessage> GetAsync(Caller caller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(caller.Simulator.Address, path));
        return await caller.SendAsync(request);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
