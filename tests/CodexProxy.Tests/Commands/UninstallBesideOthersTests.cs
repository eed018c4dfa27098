using CodexProxy.Commands;
using CodexProxy.Diagnosis;

namespace CodexProxy.Tests.Commands;

/// <summary>What <c>uninstall</c> does not touch, and what it does when something stands in its way.</summary>
public sealed class UninstallBesideOthersTests : AccountStage
{
    private const string Before = "{\n    \"model\": \"opus\"\n}\n";

    private string Settings => Run.Folder[".claude/settings.json"];

    private string State => Run.Folder[".codex-proxy"];

    [Fact]
    public async Task Backups_of_a_file_that_is_gone_are_removed()
    {
        Run.Folder.Write(".claude/settings.local.json", Before);
        await Run.RunAsync("setup", "--yes", "--scope", "project");
        File.Delete(Run.Folder[".claude/settings.local.json"]);
        Run.WorkingFolder = Run.Folder.Path + "/elsewhere";

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Directory.GetFiles(Run.Folder[".claude"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_service_of_another_installation_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other services.");
        var programs = new List<string>();
        Run.RunProgram = (_, arguments, _, _) =>
        {
            programs.Add(string.Join(' ', arguments));
            return Task.FromResult<ProgramEnd?>(new ProgramEnd(0, ""));
        };
        await Run.RunAsync("service", "install", "--yes");
        programs.Clear();
        Run.Variables["CODEX_PROXY_HOME"] = Run.Folder["other"];
        await Run.RunAsync("keys", "add", "laptop");

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Directory.Exists(Run.Folder["other"]).ShouldBeFalse();
        Run.Messages.ShouldContain("~/.config/systemd/user/codex-proxy.service is of another state folder; it stays.");
        File.Exists(Run.Folder[".config/systemd/user/codex-proxy.service"]).ShouldBeTrue();
        programs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_system_that_cannot_be_asked_leaves_no_link_to_the_service()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other services.");
        var unit = Run.Folder[".config/systemd/user/codex-proxy.service"];
        var wants = Run.Folder[".config/systemd/user/default.target.wants"];
        await Run.RunAsync("service", "install", "--yes");
        Directory.CreateDirectory(wants);
        File.CreateSymbolicLink(wants + "/codex-proxy.service", unit);

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        File.Exists(unit).ShouldBeFalse();
        Directory.GetFileSystemEntries(wants).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_login_is_ended_after_a_step_that_failed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other services.");
        await SignInAsync("person@example.com");
        await Run.RunAsync("setup", "--yes");
        await Run.RunAsync("service", "install", "--yes");
        Run.RunProgram = async (_, _, _, cancellationToken) =>
        {
            // Somebody writes the settings after they were shown.
            await File.WriteAllTextAsync(Settings, "{}", cancellationToken);
            return new ProgramEnd(0, "");
        };

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Failed);

        Run.Messages.ShouldContain("another program has just changed it");
        Run.Output.ShouldNotContain("Signed out person");
        Run.Clear();
        await Run.RunAsync("accounts", "list");
        Run.Output.ShouldContain("person@example.com");
    }

    [Fact]
    public async Task Logins_that_cannot_be_read_are_not_thrown_away()
    {
        await SignInAsync("person@example.com");
        File.Delete(Run.Folder[".codex-proxy/accounts.json"]);
        Directory.CreateDirectory(Run.Folder[".codex-proxy/accounts.json"]);

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Failed, Run.Messages);

        Run.Messages.ShouldContain("The accounts in ~/.codex-proxy cannot be read.");
        Directory.GetFiles(Run.Folder[".codex-proxy/accounts"], "*.json").Length.ShouldBe(1);
    }

    [Fact]
    public async Task In_a_folder_that_is_shared_with_other_programs_only_names_of_ours_go()
    {
        Run.Variables["CODEX_PROXY_HOME"] = Run.Folder["shared"];
        string[] theirs =
        [
            "accounts/bank.json",
            "config.json.mine",
            "keyring/other.bin",
            "logs/server.log.txt",
            "models.jsonl",
            "recordings/song.json",
            "setup/README",
            "usage.db.sql",
        ];
        string[] ours =
        [
            "accounts/0123456789ab.json.lock",
            "accounts/old.json.older",
            "accounts.json.damaged",
            "config.json",
            "keys.json.0123456789abcdef0123456789abcdef.next",
            "logs/gateway.log.2",
            "logs/gateway.log.lock",
            "usage.db.damaged-20261121-101112-2-wal",
        ];
        foreach (var name in (string[])[.. theirs, .. ours])
        {
            Run.Folder.Write($"shared/{name}", "{}");
        }

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Directory
            .GetFiles(Run.Folder["shared"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Run.Folder["shared"], path))
            .ShouldBe(theirs, ignoreOrder: true);
    }

    [Fact]
    public async Task A_folder_behind_a_link_that_is_empty_then_holds_nothing_of_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A link needs rights there.");
        Directory.CreateDirectory(Run.Folder["disk"]);
        Directory.CreateSymbolicLink(State, Run.Folder["disk"]);
        await Run.RunAsync("keys", "add", "laptop");

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Directory.GetFileSystemEntries(Run.Folder["disk"]).ShouldBeEmpty();
        Run.Messages.ShouldNotContain("they stay");
    }

    [Fact]
    public async Task What_setup_took_out_or_replaced_comes_back_also_into_a_file_that_was_changed_since()
    {
        const string Mine =
            "{\n  \"env\": {\n    \"ANTHROPIC_API_KEY\": \"sk-mine\",\n    \"ANTHROPIC_BASE_URL\": \"https://work.example\"\n  },\n"
            + "  \"skipWebFetchPreflight\": false,\n  \"model\": \"opus\"\n}\n";
        Run.Folder.Write(".claude/settings.json", Mine);
        await Run.RunAsync("setup", "--yes");
        await File.WriteAllTextAsync(Settings, (await File.ReadAllTextAsync(Settings)).Replace("opus", "sonnet"));
        Time.Advance(TimeSpan.FromMinutes(1));
        await Run.RunAsync("setup", "--yes", "--port", "9000");
        await File.WriteAllTextAsync(Settings, (await File.ReadAllTextAsync(Settings)).Replace("sonnet", "haiku"));

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        using var left = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Settings));
        var variables = left
            .RootElement.GetProperty("env")
            .EnumerateObject()
            .ToDictionary(one => one.Name, one => one.Value.GetString());
        variables.ShouldBe(
            new Dictionary<string, string?>
            {
                ["ANTHROPIC_API_KEY"] = "sk-mine",
                ["ANTHROPIC_BASE_URL"] = "https://work.example",
            },
            ignoreOrder: true
        );
        left.RootElement.GetProperty("skipWebFetchPreflight").GetBoolean().ShouldBeFalse();
        left.RootElement.GetProperty("model").GetString().ShouldBe("haiku");
        Run.Output.ShouldNotContain("sk-mine");
        Directory.GetFiles(Run.Folder[".claude"]).ShouldBe([Settings]);
    }
}
