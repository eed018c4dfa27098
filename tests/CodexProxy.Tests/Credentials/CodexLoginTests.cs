using System.Net;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Credentials;

public sealed class CodexLoginTests : LoginFixture
{
    [Fact]
    public async Task A_token_with_more_than_five_minutes_left_is_used_as_it_is()
    {
        var access = Store(TimeSpan.FromSeconds(330));

        var credential = (await Login().GetAsync(default)).ShouldBeOfType<Credential>();

        credential.AccessToken.ToAuthorizationHeader().ShouldBe("Bearer " + access);
        credential.AccountId.ShouldBe(Tokens.AccountId);
        credential.Plan.ShouldBe("pro");
        credential.Email.ShouldBe("person@example.com");
        credential.IsFedRamp.ShouldBeTrue();
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_with_five_minutes_left_is_renewed_first_and_the_file_changes_before_it_is_used()
    {
        Store(TimeSpan.FromSeconds(300));

        var header = Header(await Login().GetAsync(default));

        header.ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        Stored.ShouldContain("rt_2");
        Stored.ShouldNotContain("rt_1");
        var (request, body) = Endpoint.Received.ShouldHaveSingleItem();
        request.RequestUri.ShouldBe(new Uri("https://issuer.example/oauth/token"));
        body.ShouldBe(
            """{"client_id":"app_of_the_login","grant_type":"refresh_token","refresh_reason":"proactive_expiry","refresh_token":"rt_1"}"""
        );
        request.Headers.GetValues("originator").ShouldBe(["codex_proxy"]);
        request.Content!.Headers.ContentType!.ToString().ShouldBe("application/json");
    }

    [Fact]
    public async Task Many_callers_at_once_cause_one_refresh()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var login = Login();

        var results = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await login.RecoverAsync(failed, default)))
        );

        results.Select(Header).Distinct().ShouldBe(["Bearer " + Tokens.Access(Endpoint.NewExpiry, "2")]);
        Endpoint.Received.ShouldHaveSingleItem().Body.ShouldContain("\"unauthorized_recovery\"");
    }

    [Fact]
    public async Task What_another_program_stored_is_used_without_a_refresh()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var login = Login();
        var theirs = Store(TimeSpan.FromDays(2), "theirs");

        Header(await login.RecoverAsync(failed, default)).ShouldBe("Bearer " + theirs);
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + theirs);
        Endpoint.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(401, """{"error":{"code":"refresh_token_expired"}}""", "The ChatGPT login has expired.")]
    [InlineData(401, """{"error":{"code":"REFRESH_TOKEN_INVALIDATED"}}""", "The ChatGPT login was revoked.")]
    [InlineData(
        401,
        """{"code":"refresh_token_reused"}""",
        "The ChatGPT login was already renewed by another program."
    )]
    [InlineData(401, "nonsense", "The ChatGPT login is no longer accepted.")]
    [InlineData(400, """{"error":"invalid_grant"}""", "The ChatGPT login is no longer accepted.")]
    public async Task A_final_refusal_is_remembered_for_these_tokens_and_names_the_cure(
        int status,
        string body,
        string says
    )
    {
        Store(TimeSpan.FromMinutes(-1));
        Endpoint.Then((HttpStatusCode)status, body);
        var login = Login();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            (await login.GetAsync(default)).ShouldBe(
                new CredentialFailure(CredentialFailureKind.Refused, says + " Run `codex login`.")
            );
        }

        File.SetLastWriteTimeUtc(AuthPath, DateTime.UnixEpoch);
        (await login.GetAsync(default)).ShouldBeOfType<CredentialFailure>();
        Endpoint.Received.Count.ShouldBe(1);

        var anew = Store(TimeSpan.FromDays(1), "anew", "rt_7");
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + anew);
    }

    [Theory]
    [InlineData("oauth-400-invalid-grant")]
    [InlineData("oauth-401-refresh-token-expired")]
    [InlineData("oauth-401-refresh-token-invalidated")]
    [InlineData("oauth-401-refresh-token-reused")]
    public async Task Every_recorded_refusal_is_final(string fixture)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Repository.File($"tests/Fixtures/codex-backend/errors/{fixture}.json"))
        );
        Store(TimeSpan.FromMinutes(-1));
        Endpoint.Then(
            (HttpStatusCode)document.RootElement.GetProperty("status").GetInt32(),
            document.RootElement.GetProperty("body").GetRawText()
        );

        (await Login().GetAsync(default))
            .ShouldBeOfType<CredentialFailure>()
            .Kind.ShouldBe(CredentialFailureKind.Refused);
    }

    [Fact]
    public async Task The_recorded_answer_to_a_refresh_is_taken_over_whole()
    {
        Store(TimeSpan.FromMinutes(-1));
        var answer = File.ReadAllText(Repository.File("tests/Fixtures/codex-backend/json/token-response.json"));
        Endpoint.Then(HttpStatusCode.OK, answer);

        var credential = (await Login().GetAsync(default)).ShouldBeOfType<Credential>();

        using var document = JsonDocument.Parse(answer);
        foreach (var name in new[] { "id_token", "access_token", "refresh_token" })
        {
            Stored.ShouldContain($"\"{document.RootElement.GetProperty(name).GetString()}\"");
        }

        credential.Plan.ShouldBe("plus");
        credential.IsFedRamp.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_refresh_does_not_spoil_a_token_that_is_still_good()
    {
        var access = Store(TimeSpan.FromMinutes(2));
        Endpoint.Then(HttpStatusCode.Unauthorized, "{}");
        var login = Login();

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        Endpoint.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_the_backend_refused_is_not_offered_again_once_its_renewal_is_refused()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        Endpoint.Then(HttpStatusCode.Unauthorized, "{}");
        var login = Login();

        var refusal = (await login.RecoverAsync(failed, default)).ShouldBeOfType<CredentialFailure>();

        (await login.GetAsync(default)).ShouldBe(refusal);
        (await login.RecoverAsync(failed, default)).ShouldBe(refusal);
        Endpoint.Received.Count.ShouldBe(1);
        var anew = Store(TimeSpan.FromDays(1), "anew", "rt_7");
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + anew);
    }

    [Fact]
    public async Task A_token_that_was_already_spent_is_no_end_when_the_other_program_stores_its_successor()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        string? theirs = null;
        Endpoint.Then(() =>
        {
            // The Codex CLI, which does not know our lock, was quicker.
            theirs = Store(TimeSpan.FromDays(2), "theirs", "rt_8");
            return Task.FromResult(
                TokenEndpoint.Answer(HttpStatusCode.Unauthorized, """{"error":{"code":"refresh_token_reused"}}""")
            );
        });

        Header(await Login().RecoverAsync(failed, default)).ShouldBe("Bearer " + theirs);
    }

    [Fact]
    public async Task Trouble_in_passing_keeps_the_old_token_in_use_and_rests_before_the_next_attempt()
    {
        var access = Store(TimeSpan.FromMinutes(2));
        Endpoint.Then(HttpStatusCode.InternalServerError, "");
        var login = Login();

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        Endpoint.Received.Count.ShouldBe(1);

        Time.Advance(TimeSpan.FromSeconds(6));
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(302)]
    [InlineData(429)]
    [InlineData(200)]
    public async Task Trouble_in_passing_after_the_end_of_the_token_is_told_as_such(int status)
    {
        Store(TimeSpan.FromMinutes(-1));
        Endpoint.Then((HttpStatusCode)status, "<html>");

        var failure = (await Login().GetAsync(default)).ShouldBeOfType<CredentialFailure>();

        failure.Kind.ShouldBe(CredentialFailureKind.Unavailable);
        failure.Message.ShouldStartWith("The ChatGPT login could not be renewed: the token endpoint answered with");
        Stored.ShouldContain("rt_1");
    }

    [Fact]
    public async Task An_unreachable_issuer_is_trouble_in_passing()
    {
        Store(TimeSpan.FromMinutes(-1));
        Endpoint.Then(() => throw new HttpRequestException("connection refused"));

        (await Login().GetAsync(default))
            .ShouldBeOfType<CredentialFailure>()
            .Message.ShouldBe("The ChatGPT login could not be renewed: the token endpoint could not be reached.");
    }

    [Fact]
    public async Task A_caller_that_goes_away_does_not_take_the_new_tokens_with_it()
    {
        Store(TimeSpan.FromMinutes(1));
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        Endpoint.Then(async () =>
        {
            asked.SetResult();
            await release.Task;
            return Endpoint.Rotate("""{"refresh_token":"rt_1"}""");
        });
        var login = Login();
        using var leaving = new CancellationTokenSource();
        var waiting = login.GetAsync(leaving.Token).AsTask();
        await asked.Task;

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        var closing = login.DisposeAsync().AsTask();
        closing.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await closing;

        Stored.ShouldContain("rt_2");
    }

    [Fact]
    public async Task A_lock_that_another_program_never_gives_back_is_trouble_in_passing()
    {
        var access = Store(TimeSpan.FromMinutes(4));
        using var held = Hold();
        var login = Login();

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        (await login.RecoverAsync(new AccessToken(access), default))
            .ShouldBeOfType<CredentialFailure>()
            .Message.ShouldBe(
                "The ChatGPT login could not be renewed: another program has been renewing the ChatGPT login for too long."
            );
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_holder_of_the_lock_stored_meanwhile_is_taken_instead_of_a_refresh()
    {
        Time.SkipsWaits = false;
        Store(TimeSpan.FromMinutes(-1));
        var held = Hold();
        var login = Login();
        var waiting = login.GetAsync(default).AsTask();

        var theirs = Store(TimeSpan.FromDays(1), "theirs", "rt_2");
        await held.DisposeAsync();
        while (!waiting.IsCompleted)
        {
            // Each look at the lock waits for the clock; it moves only when somebody waits.
            Time.Advance(Time.IsAwaited ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero);
            await Task.Yield();
        }

        Header(await waiting).ShouldBe("Bearer " + theirs);
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_spends_no_refresh_token()
    {
        var access = Store(TimeSpan.FromMinutes(2));
        Directory.CreateDirectory(AuthPath + ".answer");
        var login = Login();

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        (await login.RecoverAsync(new AccessToken(access), default))
            .ShouldBeOfType<CredentialFailure>()
            .Message.ShouldContain("~/.codex/auth.json or its folder cannot be written");
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task New_tokens_that_cannot_be_stored_are_used_until_the_end_of_the_program()
    {
        var first = new AccessToken(Store(TimeSpan.FromDays(1)));
        var full = true;
        var login = Login(
            new WrappedStore(new AuthFile(AuthPath, "auth.json"))
            {
                BeforeWriting = () =>
                {
                    if (full)
                    {
                        throw new IOException("No space left on device");
                    }
                },
            }
        );

        var second = Header(await login.RecoverAsync(first, default));
        second.ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        Stored.ShouldContain("rt_1");
        Header(await login.GetAsync(default)).ShouldBe(second);
        Log.Lines.ShouldContain(line => line.StartsWith("Error: The renewed ChatGPT login could not be written"));

        full = false;
        var third = Header(await login.RecoverAsync(new AccessToken(second["Bearer ".Length..]), default));
        third.ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "3"));
        Stored.ShouldContain("rt_3");
        Header(await login.GetAsync(default)).ShouldBe(third);
    }

    [Fact]
    public async Task Signing_out_while_the_issuer_is_asked_stays_a_sign_out()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        Endpoint.Then(() =>
        {
            File.Delete(AuthPath);
            return Task.FromResult(Endpoint.Rotate("""{"refresh_token":"rt_1"}"""));
        });

        (await Login().RecoverAsync(failed, default))
            .ShouldBeOfType<CredentialFailure>()
            .Kind.ShouldBe(CredentialFailureKind.SignedOut);
        File.Exists(AuthPath).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_refresh_token_an_ended_login_is_over()
    {
        Store(TimeSpan.FromMinutes(-1), refresh: null);

        (await Login().GetAsync(default))
            .ShouldBeOfType<CredentialFailure>()
            .Message.ShouldBe("The ChatGPT login has no refresh token. Run `codex login`.");
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_without_an_end_is_renewed_after_eight_days()
    {
        Folder.Write("auth.json", Tokens.File("opaque", lastRefresh: Now.AddDays(-7).ToString("O")));
        Header(await Login().GetAsync(default)).ShouldBe("Bearer opaque");

        Folder.Write("auth.json", Tokens.File("opaque", lastRefresh: Now.AddDays(-9).ToString("O")));
        Header(await Login().GetAsync(default)).ShouldNotBe("Bearer opaque");
    }

    [Fact]
    public async Task A_login_that_appears_is_used_without_a_restart()
    {
        var login = Login();
        (await login.GetAsync(default)).ShouldBe(
            new CredentialFailure(
                CredentialFailureKind.SignedOut,
                "Not signed in: there is no ~/.codex/auth.json. Run `codex login`."
            )
        );

        var access = Store(TimeSpan.FromDays(1));

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + access);
        login.Peek().ShouldBeOfType<Credential>();
    }

    [Fact]
    public async Task No_token_is_ever_written_to_the_log_or_printed()
    {
        var access = Store(TimeSpan.FromMinutes(1));
        var login = Login();
        var result = await login.GetAsync(default);

        foreach (var text in Log.Lines.Append(result.ToString()).Append(new AccessToken(access).ToString()))
        {
            text.ShouldNotContain("eyJ");
            text.ShouldNotContain("rt_");
            text.ShouldNotContain(Tokens.AccountId);
            text.ShouldNotContain("person@");
        }
    }

    private FileStream Hold() => new(AuthPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
