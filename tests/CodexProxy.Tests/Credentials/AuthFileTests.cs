using System.Text;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Credentials;

public sealed class AuthFileTests : LoginFixture
{
    [Fact]
    public void The_fixture_of_todays_form_is_read()
    {
        File.Copy(Fixture("auth.json.sample.json"), AuthPath);

        var set = Read().ShouldBeOfType<StoredLogin.Tokens>().Set;

        set.Credential.AccountId.ShouldBe("11111111-2222-4333-8444-555555555555");
        set.Credential.Plan.ShouldBe("plus");
        set.Credential.Email.ShouldBe("fixture@example.com");
        set.Credential.IsFedRamp.ShouldBeFalse();
        set.Credential.AccessToken.ExpiresAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1796083200));
        set.RefreshToken!.Reveal().ShouldBe("rt_fixture_0001");
        set.ClientId.ShouldBe("app_EMoamEEZ73f0CkXaXp7hrann");
        set.LastRefresh!.Value.Year.ShouldBe(2026);
    }

    [Fact]
    public void A_login_by_api_key_asks_for_one_with_ChatGPT()
    {
        File.Copy(Fixture("auth.json.apikey.sample.json"), AuthPath);

        Login()
            .Peek()
            .ShouldBe(
                new CredentialFailure(
                    CredentialFailureKind.SignedOut,
                    "~/.codex/auth.json holds no login of a ChatGPT plan. Run `codex login` and sign in with ChatGPT."
                )
            );
    }

    [Theory]
    [InlineData("""{"OPENAI_API_KEY":"sk-x"}""", nameof(LoginProblem.OtherMode))]
    [InlineData("""{"auth_mode":"personalAccessToken","personal_access_token":"x"}""", nameof(LoginProblem.OtherMode))]
    [InlineData("""{"auth_mode":"chatgpt"}""", nameof(LoginProblem.NoTokens))]
    [InlineData("""{"OPENAI_API_KEY":null,"tokens":null}""", nameof(LoginProblem.NoTokens))]
    [InlineData("""{"tokens":{"access_token":"opaque"}}""", nameof(LoginProblem.NoTokens))]
    [InlineData("""{"tokens":{"access_token":""", nameof(LoginProblem.Corrupt))]
    [InlineData("[]", nameof(LoginProblem.Corrupt))]
    [InlineData("", nameof(LoginProblem.Corrupt))]
    public void What_is_no_login_is_named(string json, string problem)
    {
        Folder.Write("auth.json", json);

        Read().ShouldBe(new StoredLogin.None(Enum.Parse<LoginProblem>(problem)));
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_told_apart_from_one_that_is_not_there()
    {
        Read().ShouldBe(new StoredLogin.None(LoginProblem.NoFile));

        Directory.CreateDirectory(AuthPath);
        Read().ShouldBe(new StoredLogin.None(LoginProblem.Denied));
    }

    [Fact]
    public void An_old_file_without_mode_and_account_takes_the_account_from_the_id_token()
    {
        Folder.Write(
            "auth.json",
            $$"""{"OPENAI_API_KEY":"sk-old","tokens":{"id_token":"{{Tokens.Id("from-id")}}","access_token":"opaque","refresh_token":"r"},"last_refresh":"2025-01-01T00:00:00Z"}"""
        );

        var set = Read().ShouldBeOfType<StoredLogin.Tokens>().Set;

        set.Credential.AccountId.ShouldBe("from-id");
        set.ClientId.ShouldBe(TokenSet.CodexClientId);
    }

    [Fact]
    public async Task Rewriting_keeps_every_other_member_as_it_was()
    {
        Store(TimeSpan.FromMinutes(1));
        using var before = JsonDocument.Parse(Stored);

        await Login().GetAsync(default);

        using var after = JsonDocument.Parse(Stored);
        after
            .RootElement.EnumerateObject()
            .Select(m => m.Name)
            .Order()
            .ShouldBe(before.RootElement.EnumerateObject().Select(m => m.Name).Order());
        foreach (var name in new[] { "auth_mode", "OPENAI_API_KEY", "later" })
        {
            after
                .RootElement.GetProperty(name)
                .GetRawText()
                .ShouldBe(before.RootElement.GetProperty(name).GetRawText());
        }

        var (was, now) = (before.RootElement.GetProperty("tokens"), after.RootElement.GetProperty("tokens"));
        foreach (var name in new[] { "id_token", "oauth_provenance", "login_owner_id", "account_id" })
        {
            now.GetProperty(name).GetRawText().ShouldBe(was.GetProperty(name).GetRawText());
        }

        now.GetProperty("refresh_token").GetString().ShouldBe("rt_2");
        after.RootElement.GetProperty("last_refresh").GetDateTimeOffset().ShouldBe(Now);
    }

    [Fact]
    public async Task The_new_file_is_for_its_owner_only_and_nothing_is_left_beside_it()
    {
        Store(TimeSpan.FromMinutes(1));

        await Login().GetAsync(default);

        Directory.GetFiles(Folder.Path).Select(Path.GetFileName).Order().ShouldBe(["auth.json", "auth.json.lock"]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(AuthPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task A_symbolic_link_stays_one_and_its_target_is_rewritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs rights there.");
        Store(TimeSpan.FromMinutes(1));
        Directory.CreateDirectory(Folder["real"]);
        File.Move(AuthPath, Folder["real/login.json"]);
        File.CreateSymbolicLink(AuthPath, Folder["real/login.json"]);

        await Login().GetAsync(default);

        File.ResolveLinkTarget(AuthPath, returnFinalTarget: true)!.FullName.ShouldBe(Folder["real/login.json"]);
        File.ReadAllText(Folder["real/login.json"]).ShouldContain("rt_2");
    }

    [Fact]
    public async Task An_answer_that_a_killed_program_kept_is_stored_and_nothing_is_asked()
    {
        Store(TimeSpan.FromMinutes(-1));
        var saved = Tokens.Access(Now + TimeSpan.FromDays(3), "saved");
        Keep("rt_1", $$"""{"access_token":"{{saved}}","refresh_token":"rt_2"}""");

        Header(await Login().GetAsync(default)).ShouldBe("Bearer " + saved);
        Stored.ShouldContain("rt_2");
        Endpoint.Received.ShouldBeEmpty();
        File.Exists(AuthPath + ".answer").ShouldBeFalse();
    }

    [Theory]
    [InlineData("rt_0", """{"access_token":"x","refresh_token":"rt_9"}""")]
    [InlineData("rt_1", """{"access_token":"x","refresh_to""")]
    [InlineData("rt_1", "")]
    public async Task An_answer_to_another_token_or_a_torn_one_is_thrown_away(string spent, string answer)
    {
        Store(TimeSpan.FromMinutes(-1));
        Keep(spent, answer);

        Header(await Login().GetAsync(default)).ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        File.Exists(AuthPath + ".answer").ShouldBeFalse();
    }

    [Fact]
    public async Task When_the_file_cannot_be_written_the_answer_stays_beside_it_for_the_next_program()
    {
        Store(TimeSpan.FromMinutes(-1));
        var full = new WrappedStore(new AuthFile(AuthPath, "auth.json"))
        {
            BeforeWriting = () => throw new IOException("No space left on device"),
        };
        await Login(full).GetAsync(default);

        Header(await Login().GetAsync(default)).ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        Endpoint.Received.Count.ShouldBe(1);
    }

    private void Keep(string spent, string answer)
    {
        using var file = AnswerFile.Create(AuthPath + ".answer", new Secret(spent));
        file.Keep(Encoding.UTF8.GetBytes(answer));
    }

    private StoredLogin Read() => new AuthFile(AuthPath, "auth.json").Read();

    private static string Fixture(string name) => Repository.File($"tests/Fixtures/codex-backend/json/{name}");
}
