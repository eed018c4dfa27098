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
        var query =
            $"response_type=code&client_id={ClientId}&redirect_uri={Uri.EscapeDataString(Redirect)}&code_challenge={Challenge}&code_challenge_method=S256&state={state}";
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(caller.Simulator.Address, $"/oauth/authorize?{query}")
        );
        using var response = await caller.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(302);
        return response.Headers.Location!;
    }

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
        caller.Simulator.SignIn.ApproveDevice(userCode).ShouldBeTrue();
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
        caller.Simulator.SignIn.DevicesAllowed = false;
        (await caller.PostAsync("/api/accounts/deviceauth/usercode", Json("{}"))).Status.ShouldBe(404);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
