using System.Net;
using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Tests.Credentials;

namespace CodexProxy.Tests.Accounts;

/// <summary>Signing out while the login is being renewed.</summary>
public sealed class SignOutTests : LoginFixture
{
    [Fact]
    public async Task It_waits_for_a_renewal_and_ends_the_renewed_login()
    {
        // The wait for the lock has a limit, which must not come before the renewal is through.
        Time.SkipsWaits = false;
        Folder.Write("home/accounts/mine.json", Tokens.File(Tokens.Access(Now + TimeSpan.FromDays(1)), "rt_1"));
        var options = new ProxyOptions
        {
            Home = Folder["home"],
            CodexHome = Folder["codex"],
            Upstream = new UpstreamOptions { AuthIssuer = new Uri("https://issuer.example/") },
        };
        var store = new AccountStore(options, path => path, Time, new MemoryVault());
        await using var accounts = new AccountDirectory(store, Client(), Time, Log.For<CodexLogin>());
        using var source = new OptionsSource(options);
        using var http = new HttpClient(Endpoint, disposeHandler: false);
        var signOut = new SignOut(accounts, new RevocationClient(http, source, Time));
        var account = accounts.Current.Active!;
        Task<SignOutOutcome>? leaving = null;
        Endpoint.Then(() =>
        {
            leaving = signOut.RunAsync(account, default);
            return Task.FromResult(Endpoint.Rotate("""{"refresh_token":"rt_1"}"""));
        });
        Endpoint.Then(HttpStatusCode.OK, "");

        await account.Login.RenewAsync(default);
        while (!leaving!.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        (await leaving).ShouldBe(SignOutOutcome.Revoked);
        Endpoint.Received.Last().Body.ShouldContain("rt_2");
        Directory.GetFiles(Folder["home/accounts"]).ShouldBeEmpty();
    }
}
