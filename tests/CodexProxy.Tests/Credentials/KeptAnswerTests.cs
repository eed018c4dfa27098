using System.Net;
using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Tests.Accounts;

namespace CodexProxy.Tests.Credentials;

/// <summary>The only copy of new tokens, between the issuer's answer and the login's file.</summary>
public sealed class KeptAnswerTests : LoginFixture
{
    [Fact]
    public async Task An_answer_that_cannot_be_kept_is_stored_all_the_same()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var login = Login(
            new WrappedStore(File()) { BeforeKeeping = () => throw new IOException("No space left on device") }
        );

        Header(await login.RecoverAsync(failed, default)).ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        Stored.ShouldContain("rt_2");
    }

    [Fact]
    public async Task An_answer_that_comes_while_the_file_is_half_written_is_there_when_it_is_whole_again()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var whole = Stored;
        Endpoint.Then(() =>
        {
            Folder.Write("auth.json", whole[..40]);
            return Task.FromResult(Endpoint.Rotate("""{"refresh_token":"rt_1"}"""));
        });
        (await Login().RecoverAsync(failed, default)).ShouldBeOfType<CredentialFailure>();
        Folder.Write("auth.json", whole);

        Header(await Login().RecoverAsync(failed, default))
            .ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
        Endpoint.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Tokens_that_could_not_be_stored_are_found_by_the_next_program_however_often_they_were_renewed()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var login = Login(
            new WrappedStore(File()) { BeforeWriting = () => throw new IOException("Device or resource busy") }
        );
        var second = Header(await login.RecoverAsync(failed, default));
        Endpoint.Then(HttpStatusCode.ServiceUnavailable, "");
        await login.RenewAsync(default);
        Header(await login.RenewAsync(default)).ShouldNotBe(second);
        Stored.ShouldContain("rt_1");

        await Login().RecoverAsync(failed, default);

        Stored.ShouldContain("rt_3");
        Endpoint.Received.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Trouble_in_passing_does_not_throw_away_what_could_not_be_stored()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var login = Login(
            new WrappedStore(File()) { BeforeWriting = () => throw new IOException("Device or resource busy") }
        );
        await login.RecoverAsync(failed, default);
        Endpoint.Then(HttpStatusCode.ServiceUnavailable, "");
        await login.RenewAsync(default);

        await Login().RecoverAsync(failed, default);

        Stored.ShouldContain("rt_2");
    }

    [Fact]
    public async Task A_key_store_that_cannot_be_written_spends_no_refresh_token()
    {
        var failed = new AccessToken(Store(TimeSpan.FromDays(1)));
        var vault = new MemoryVault();
        vault.Write("a", System.IO.File.ReadAllBytes(AuthPath));
        vault.IsReadOnly = true;
        var login = Login(new KeyringLogin(vault, "a", AuthPath, "a.json"));

        (await login.RecoverAsync(failed, default))
            .ShouldBeOfType<CredentialFailure>()
            .Kind.ShouldBe(CredentialFailureKind.Unavailable);
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public void A_login_that_leaves_the_key_store_takes_the_kept_answer_along()
    {
        Folder.Write("auth.json", Tokens.File(Tokens.Access(Now + TimeSpan.FromDays(1)), "rt_1"));
        var vault = new MemoryVault();
        vault.Write("a", System.IO.File.ReadAllBytes(AuthPath));
        var login = new KeyringLogin(vault, "a", AuthPath, "a.json");
        login.BeginAnswer(((StoredLogin.Tokens)login.Read()).Set.RefreshToken!).Keep("{}"u8);
        vault.Entries.Count.ShouldBe(2);

        login.Remove();

        vault.Entries.ShouldBeEmpty();
    }

    private AuthFile File() => new(AuthPath, "auth.json");
}
