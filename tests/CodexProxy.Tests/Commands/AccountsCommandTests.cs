using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Tests.Commands;

/// <summary><c>accounts</c> and <c>logout</c>: what they print, change and answer.</summary>
public sealed class AccountsCommandTests : AccountStage
{
    [Fact]
    public async Task Nobody_is_told_how_to_sign_in()
    {
        (await Run.RunAsync("accounts", "list")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe("There are no accounts. `codex-proxy login` signs in.\n");
    }

    [Theory]
    [InlineData("logout")]
    [InlineData("usage")]
    [InlineData("accounts", "verify")]
    [InlineData("accounts", "refresh", "--json")]
    [InlineData("accounts", "remove", "--yes")]
    public async Task What_needs_a_login_says_by_its_exit_code_that_there_is_none(params string[] command) =>
        (await Run.RunAsync(command)).ShouldBe(ExitCode.NotSignedIn);

    [Fact]
    public async Task The_list_shows_who_serves_and_how_the_logins_are()
    {
        await SignInAsync("person@example.com");
        var other = await SignInAsync("other@example.com", "pro");
        Simulator.Tokens.RevokeRefreshTokens(other);

        (await Run.RunAsync("accounts")).ShouldBe(ExitCode.Done);

        OutputWithoutKeys()
            .ShouldBe(
                """
                #   account             plan  key           login              used
                1*  person@example.com  plus  KEY--KEY--KE  until 1 Dec 12:00  never
                2   other@example.com   pro   KEY--KEY--KE  until 1 Dec 12:01  never

                """
            );
    }

    [Fact]
    public async Task As_json_it_is_what_the_http_api_tells()
    {
        await SignInAsync("person@example.com");

        await Run.RunAsync("accounts", "list", "--json");

        using var list = JsonDocument.Parse(Run.Output);
        list.RootElement.GetProperty("total").GetInt32().ShouldBe(1);
        list.RootElement.GetProperty("accounts")[0].GetProperty("email").GetString().ShouldBe("person@example.com");
        Run.Output.ShouldNotContain("eyJ");
    }

    [Theory]
    [InlineData("other@example.com")]
    [InlineData("OTHER@example.com")]
    [InlineData("2")]
    public async Task An_account_is_named_by_address_or_number(string name)
    {
        await SignInAsync("person@example.com");
        await SignInAsync("other@example.com");

        (await Run.RunAsync("accounts", "switch", name)).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe("Switched to account: other@example.com\n");
        Run.Clear();
        await Run.RunAsync("accounts", "list");
        Run.Output.ShouldContain("2*  other@example.com");
    }

    [Fact]
    public async Task A_name_that_fits_nobody_is_told_and_changes_nothing()
    {
        await SignInAsync("person@example.com");

        (await Run.RunAsync("accounts", "switch", "nobody")).ShouldBe(ExitCode.Failed);

        Run.Messages.ShouldBe("error: There is no account nobody. `codex-proxy accounts list` shows all.\n");
    }

    [Fact]
    public async Task Two_workspaces_of_one_person_are_told_apart_by_key()
    {
        await SignInAsync("person@example.com");
        var second = Simulator.Accounts.Add("person@example.com", "business");
        await Simulator.Login.WriteAsync(Run.Folder[".codex-proxy/accounts/second.json"], second);

        (await Run.RunAsync("accounts", "switch", "person@example.com")).ShouldBe(ExitCode.Failed);

        Run.Messages.ShouldContain("has several workspaces. Name one by its key: ");
    }

    [Fact]
    public async Task Removing_asks_first_revokes_and_forgets()
    {
        await SignInAsync("person@example.com");
        (await Run.RunAsync("accounts", "remove")).ShouldBe(ExitCode.WrongUsage);
        Run.Messages.ShouldBe("error: Nothing was changed: add --yes to do it unasked.\n");
        Run.Typed = new StringReader("n\n");
        (await Run.RunAsync("accounts", "remove")).ShouldBe(ExitCode.Failed);
        Simulator.Requests.Count(SimulatedEndpoint.Revoke).ShouldBe(0);

        Run.Typed = new StringReader("y\n");
        (await Run.RunAsync("accounts", "remove")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe("Signed out person@example.com.\n");
        var revoked = Simulator.Requests.Of(SimulatedEndpoint.Revoke).ShouldHaveSingleItem();
        revoked.Body.GetProperty("token_type_hint").GetString().ShouldBe("refresh_token");
        Directory.GetFiles(Run.Folder[".codex-proxy/accounts"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_out_works_without_the_issuer()
    {
        await SignInAsync("person@example.com");
        Simulator.NextReply(SimulatedEndpoint.Revoke, new Simulator.HttpReply(500, "no"));

        (await Run.RunAsync("logout")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldStartWith("Removed person@example.com here. The issuer could not be told");
        Directory.GetFiles(Run.Folder[".codex-proxy/accounts"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_codex_login_is_never_ended_by_us()
    {
        await SignInCodexAsync();

        (await Run.RunAsync("logout")).ShouldBe(ExitCode.Failed);
        Run.Messages.ShouldContain("`codex logout` ends it");

        await Run.RunAsync("accounts", "import", "--link");
        await Run.RunAsync("logout");
        await Run.RunAsync("accounts", "import");
        await Run.RunAsync("logout");

        Simulator.Requests.Count(SimulatedEndpoint.Revoke).ShouldBe(0);
        File.Exists(Run.Folder[".codex/auth.json"]).ShouldBeTrue();
    }

    [Fact]
    public async Task An_import_says_plainly_what_a_copy_means()
    {
        await SignInCodexAsync();

        (await Run.RunAsync("accounts", "import")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldStartWith(
            "Imported person@example.com from the Codex CLI. Its refresh token can be used once"
        );
        Run.Output.ShouldContain("--link");
        Run.Output.ShouldContain("codex-proxy login");
    }

    [Fact]
    public async Task At_a_terminal_an_import_offers_the_link()
    {
        await SignInCodexAsync();
        Run.Typed = new StringReader("l\n");

        (await Run.RunAsync("accounts", "import")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe("Linked person@example.com: the Codex CLI's login serves in its own place.\n");
        Run.Messages.ShouldContain("shares one single-use refresh token");
    }

    [Fact]
    public async Task Verifying_and_refreshing_tell_of_each_account()
    {
        await SignInAsync("person@example.com");
        var other = await SignInAsync("other@example.com");
        Simulator.Tokens.RevokeAccessTokens(other);
        Simulator.Tokens.RevokeRefreshTokens(other);

        (await Run.RunAsync("accounts", "verify", "--all")).ShouldBe(ExitCode.Failed);
        Run.Output.ShouldBe("person@example.com is served.\n");
        Run.Messages.ShouldBe("error: other@example.com: the backend does not accept this login\n");

        Run.Clear();
        (await Run.RunAsync("accounts", "refresh", "--all")).ShouldBe(ExitCode.Failed);
        Run.Output.ShouldBe("Renewed the login of person@example.com.\n");
        Run.Messages.ShouldBe("error: other@example.com: The ChatGPT login was revoked. Run `codex-proxy login`.\n");
    }

    [Fact]
    public async Task Clearing_signs_everybody_out()
    {
        await SignInAsync("person@example.com");
        await SignInAsync("other@example.com");

        (await Run.RunAsync("accounts", "clear", "--yes", "--json")).ShouldBe(ExitCode.Done);

        using var answer = JsonDocument.Parse(Run.Output);
        answer.RootElement.GetProperty("success").GetBoolean().ShouldBeTrue();
        Simulator.Requests.Count(SimulatedEndpoint.Revoke).ShouldBe(2);
    }

    [Fact]
    public async Task Bare_in_a_terminal_it_is_a_menu()
    {
        await SignInAsync("person@example.com");
        await SignInAsync("other@example.com");
        Run.Typed = new StringReader("s\n2\nv\nq\n");

        (await Run.RunAsync("accounts")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldContain("Switched to account: other@example.com");
        Run.Output.ShouldContain("person@example.com is served.");
        Run.Messages.ShouldContain("[s]witch, [a]dd");
    }
}
