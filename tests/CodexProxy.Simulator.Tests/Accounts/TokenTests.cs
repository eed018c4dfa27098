using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Accounts;

public sealed class TokenTests
{
    private const string ClientId = "app_EMoamEEZ73f0CkXaXp7hrann";

    private static StringContent Refresh(string token) =>
        new(
            $$"""{"client_id":"{{ClientId}}","grant_type":"refresh_token","refresh_reason":"proactive_expiry","refresh_token":"{{token}}"}""",
            Encoding.UTF8,
            "application/json"
        );

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();

    private static JsonElement Claims(string token) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    [Fact]
    public async Task A_refresh_rotates_the_token_and_the_old_one_is_spent()
    {
        await using var caller = await Caller.StartAsync();
        var old = caller.Tokens.RefreshToken;

        var (status, body) = await caller.PostAsync("/oauth/token", Refresh(old));
        var (again, refusal) = await caller.PostAsync("/oauth/token", Refresh(old));

        status.ShouldBe(200);
        body.GetProperty("refresh_token").GetString().ShouldNotBe(old);
        body.GetProperty("token_type").GetString().ShouldBe("Bearer");
        body.GetProperty("expires_in").GetInt64().ShouldBeInRange(863_990, 864_000);
        (again, Code(refusal)).ShouldBe((401, "refresh_token_reused"));
        (caller.Simulator.Tokens.Refreshes, caller.Simulator.Tokens.Reuses).ShouldBe((1, 1));
        var (third, _) = await caller.PostAsync(
            "/oauth/token",
            Refresh(body.GetProperty("refresh_token").GetString()!)
        );
        third.ShouldBe(200);
    }

    [Fact]
    public async Task A_form_refreshes_as_well()
    {
        await using var caller = await Caller.StartAsync();

        var (status, body) = await caller.PostAsync(
            "/oauth/token",
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["client_id"] = ClientId,
                    ["grant_type"] = "refresh_token",
                    ["refresh_token"] = caller.Tokens.RefreshToken,
                    ["scope"] = "openid profile email",
                }
            )
        );

        status.ShouldBe(200, body.GetRawText());
    }

    [Fact]
    public async Task Of_parallel_refreshes_with_one_token_exactly_one_wins()
    {
        await using var caller = await Caller.StartAsync();
        var gate = new Gate();
        caller.Simulator.Hold(SimulatedEndpoint.Token, gate);

        var all = Enumerable
            .Range(0, 8)
            .Select(_ => caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken)))
            .ToArray();
        await gate.Reached;
        gate.Open();
        var answers = await Task.WhenAll(all);

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers
            .Where(answer => answer.Status != 200)
            .ShouldAllBe(answer => Code(answer.Body) == "refresh_token_reused");
        caller.Simulator.Requests.Count(SimulatedEndpoint.Token).ShouldBe(8);
    }

    [Fact]
    public async Task Reuse_can_end_the_whole_session()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { ReuseRevokesFamily = true });
        var old = caller.Tokens.RefreshToken;
        var (_, body) = await caller.PostAsync("/oauth/token", Refresh(old));
        await caller.PostAsync("/oauth/token", Refresh(old));

        var (status, refusal) = await caller.PostAsync(
            "/oauth/token",
            Refresh(body.GetProperty("refresh_token").GetString()!)
        );

        (status, Code(refusal)).ShouldBe((401, "refresh_token_invalidated"));
        (await caller.AskAsync(Bodies.Plain)).Body.ShouldContain("token_invalidated");
    }

    [Fact]
    public async Task Refresh_tokens_can_expire_be_revoked_and_stay_unrotated()
    {
        await using var caller = await Caller.StartAsync();
        var vault = caller.Simulator.Tokens;
        var account = caller.Simulator.Accounts.Default;
        vault.RotateRefreshTokens = false;
        var (_, kept) = await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken));
        kept.TryGetProperty("refresh_token", out _).ShouldBeFalse();
        (await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Status.ShouldBe(200);

        vault.ExpireRefreshTokens(account);
        Code((await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Body)
            .ShouldBe("refresh_token_expired");
        caller.Tokens = vault.Issue(account);
        vault.RevokeRefreshTokens(account);
        Code((await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Body)
            .ShouldBe("refresh_token_invalidated");
    }

    [Fact]
    public async Task An_access_token_expires_when_the_clock_passes_its_claim()
    {
        var clock = new ManualClock();
        await using var caller = await Caller.StartAsync(
            new SimulatorOptions { TimeProvider = clock, AccessTokenLifetime = TimeSpan.FromHours(1) }
        );
        var claims = Claims(caller.Tokens.AccessToken);
        claims.GetProperty("exp").GetInt64().ShouldBe(clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds());

        clock.Advance(TimeSpan.FromMinutes(59));
        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
        clock.Advance(TimeSpan.FromMinutes(1));

        var (status, body) = await caller.AskAsync(Bodies.Plain);
        status.ShouldBe(401);
        body.ShouldContain("\"code\":\"token_expired\"");
        caller.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revoked_access_token_is_refused_with_the_headers_of_the_edge_and_a_refresh_helps()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Tokens.RevokeAccessTokens(caller.Tokens.Account);

        using var response = await caller.SendAsync(Bodies.Plain);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.GetValues("x-openai-authorization-error").ShouldBe(["token_invalidated"]);
        Encoding
            .UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("x-error-json").Single()))
            .ShouldContain("\"code\":\"token_invalidated\"");

        var (_, body) = await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken));
        caller.Tokens = caller.Tokens with { AccessToken = body.GetProperty("access_token").GetString()! };
        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var caller = await Caller.StartAsync();
        using var content = new StringContent(
            $$"""{"token":"{{caller.Tokens.RefreshToken}}","token_type_hint":"refresh_token","client_id":"{{ClientId}}"}""",
            Encoding.UTF8,
            "application/json"
        );

        (await caller.PostAsync("/oauth/revoke", content)).Status.ShouldBe(200);

        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(401);
        (await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Any_endpoint_can_be_made_to_fail_once()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.NextReply(SimulatedEndpoint.Token, HttpReply.Detail(500, "down"));

        (await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Status.ShouldBe(500);
        (await caller.PostAsync("/oauth/token", Refresh(caller.Tokens.RefreshToken))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"client_id":"other","grant_type":"refresh_token","refresh_token":"x"}""", 401)]
    [InlineData("""{"client_id":"app_EMoamEEZ73f0CkXaXp7hrann","grant_type":"password"}""", 400)]
    [InlineData(
        """{"client_id":"app_EMoamEEZ73f0CkXaXp7hrann","grant_type":"authorization_code","code":"x","code_verifier":"y"}""",
        400
    )]
    [InlineData("not json", 400)]
    public async Task Faulty_token_requests_are_refused(string body, int expected)
    {
        await using var caller = await Caller.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        (await caller.PostAsync("/oauth/token", content)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_login_file_has_the_members_of_the_real_one()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-");
        try
        {
            await using var caller = await Caller.StartAsync();
            var path = Path.Combine(folder.FullName, "home", "auth.json");

            caller.Tokens = await caller.Simulator.Login.WriteAsync(path);

            var file = JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement;
            var sample = Fixtures.Json("codex-backend", "json", "auth.json.sample.json");
            Names(file).ShouldBe(Names(sample));
            Names(file.GetProperty("tokens")).ShouldBe(Names(sample.GetProperty("tokens")));
            var claims = Fixtures.Json("codex-backend", "json", "jwt-claims.json");
            Names(Claims(caller.Tokens.AccessToken))
                .Except(["jti"])
                .ShouldBe(Names(claims.GetProperty("access_token_claims")), ignoreOrder: true);
            Names(Claims(caller.Tokens.IdToken))
                .Except(["jti"])
                .ShouldBe(Names(claims.GetProperty("id_token_claims")).Except(["auth_time"]), ignoreOrder: true);
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];
    }
}
