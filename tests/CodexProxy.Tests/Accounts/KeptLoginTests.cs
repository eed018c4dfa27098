using CodexProxy.Commands;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Commands;

namespace CodexProxy.Tests.Accounts;

/// <summary>A login that is newer, damaged or another program's is not lost by what is done to accounts.</summary>
public sealed class KeptLoginTests : AccountStage
{
    private string Folder => Run.Folder[".codex-proxy/accounts"];

    [Theory]
    [InlineData]
    [InlineData("--link")]
    public async Task An_older_login_of_the_codex_cli_does_not_replace_the_newer_one_here(params string[] link)
    {
        await SignInCodexAsync();
        await Run.RunAsync("accounts", "import");
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Run.RunAsync("accounts", "refresh")).ShouldBe(ExitCode.Done);
        Run.Clear();

        (await Run.RunAsync(["accounts", "import", .. link])).ShouldBe(ExitCode.Failed);

        Run.Messages.ShouldContain("newer than the Codex CLI's");
        (await Run.RunAsync("accounts", "refresh")).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_newer_login_of_the_codex_cli_replaces_the_older_one_here()
    {
        await SignInCodexAsync();
        await Run.RunAsync("accounts", "import");
        Time.Advance(TimeSpan.FromMinutes(1));
        await SignInCodexAsync();

        (await Run.RunAsync("accounts", "import")).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task An_older_login_file_put_into_the_folder_is_set_aside()
    {
        await SignInCodexAsync();
        await Run.RunAsync("accounts", "import");
        Time.Advance(TimeSpan.FromMinutes(1));
        await Run.RunAsync("accounts", "refresh");
        File.Copy(Run.Folder[".codex/auth.json"], Path.Combine(Folder, "old.json"));
        Run.Clear();

        (await Run.RunAsync("accounts", "refresh", "--all")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe("Renewed the login of person@example.com.\n");
        File.Exists(Path.Combine(Folder, "old.json.older")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_copy_that_the_codex_cli_has_renewed_is_not_ended_with_its_family()
    {
        await SignInCodexAsync();
        await Run.RunAsync("accounts", "import");
        Time.Advance(TimeSpan.FromMinutes(1));
        // The Codex CLI renews its login in its own place.
        await Run.RunAsync("accounts", "import", "--link");
        await Run.RunAsync("accounts", "refresh");
        var newer = await File.ReadAllTextAsync(Run.Folder[".codex/auth.json"]);
        await Run.RunAsync("accounts", "remove", "--yes");
        await Run.RunAsync("accounts", "import");
        await File.WriteAllTextAsync(Run.Folder[".codex/auth.json"], newer.Replace("rt_", "rt_of_later_"));
        Run.Clear();

        (await Run.RunAsync("logout")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe(
            "Removed person@example.com here. The Codex CLI keeps its login. The Codex CLI's login serves now.\n"
        );
        Simulator.Requests.Count(SimulatedEndpoint.Revoke).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":1,"added_at":5}""")]
    [InlineData("""{"version":1,"origin":"\ud800"}""")]
    [InlineData("""{"version":0,"tokens":{"access_token":"\ud800"}}""")]
    public async Task One_damaged_account_does_not_stop_the_others(string content)
    {
        await SignInAsync("person@example.com");
        Run.Folder.Write(".codex-proxy/accounts/broken.json", content);

        (await Run.RunAsync("accounts", "verify", "person@example.com")).ShouldBe(ExitCode.Done);

        (await File.ReadAllTextAsync(Path.Combine(Folder, "broken.json"))).ShouldBe(content);
    }

    [Fact]
    public async Task A_damaged_file_in_the_way_of_a_new_login_is_set_aside_and_told()
    {
        await SignInCodexAsync();
        await Run.RunAsync("accounts", "import");
        var file = Directory.GetFiles(Folder, "*.json").ShouldHaveSingleItem();
        await File.WriteAllTextAsync(file, "{ half of a lo");
        Run.Clear();

        (await Run.RunAsync("accounts", "import")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldContain(".damaged");
        (await File.ReadAllTextAsync(file + ".damaged")).ShouldBe("{ half of a lo");
    }
}
