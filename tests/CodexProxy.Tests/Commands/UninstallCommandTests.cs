using CodexProxy.Commands;
using CodexProxy.Diagnosis;
using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>What <c>uninstall</c> shows, asks and takes back.</summary>
public sealed class UninstallCommandTests : AccountStage
{
    private const string Before = "{\n    \"model\": \"opus\"\n}\n";

    private string Settings => Run.Folder[".claude/settings.json"];

    private string State => Run.Folder[".codex-proxy"];

    [Fact]
    public async Task Everything_that_was_written_goes_and_what_is_of_others_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other services.");
        var programs = new List<string>();
        Run.RunProgram = (program, arguments, _, _) =>
        {
            programs.Add($"{program} {string.Join(' ', arguments)}");
            return Task.FromResult<ProgramEnd?>(new ProgramEnd(0, ""));
        };
        await SignInAsync("friend@example.com");
        await SignInCodexAsync();
        Run.Folder.Write(".claude/settings.json", Before);
        await Run.RunAsync("setup", "--yes");
        Time.Advance(TimeSpan.FromMinutes(1));
        await Run.RunAsync("setup", "--yes", "--port", "9000");
        await Run.RunAsync("setup", "--yes", "--scope", "project");
        await Run.RunAsync("service", "install", "--yes");
        await Run.RunAsync("keys", "add", "laptop");
        foreach (
            var name in (string[])
                [
                    "usage.db",
                    "usage.db.damaged-1",
                    "logs/gateway.log",
                    "logs/gateway.log.1",
                    "config.json",
                    "recordings/req_01ABCDEFGHIJKLMNOPQRSTUV.json",
                ]
        )
        {
            Run.Folder.Write($".codex-proxy/{name}", "{}");
        }

        Run.Clear();
        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Run.Output.ShouldContain(
            "~/.config/systemd/user/codex-proxy.service: the systemd user unit is stopped and removed"
        );
        Run.Output.ShouldContain("-    \"ANTHROPIC_AUTH_TOKEN\": \"***\",");
        Run.Output.ShouldContain("Backups of it that are removed: 2");
        Run.Output.ShouldContain("friend@example.com: signed out");
        Run.Output.ShouldContain("~/.codex-proxy/logs: removed gateway.log, gateway.log.1");
        Run.Output.ShouldContain("Signed out friend@example.com.", Case.Sensitive, Run.Output);
        programs[^1].ShouldBe("systemctl --user disable --now codex-proxy.service");
        File.ReadAllText(Settings).ShouldBe(Before);
        Directory.GetFiles(Run.Folder[".claude"]).ShouldBe([Settings]);
        Directory.Exists(State).ShouldBeFalse();
        File.Exists(Run.Folder[".config/systemd/user/codex-proxy.service"]).ShouldBeFalse();
        File.Exists(Run.Folder[".codex/auth.json"]).ShouldBeTrue();

        Run.Clear();
        (await Run.RunAsync("uninstall")).ShouldBe(ExitCode.Done);
        Run.Output.ShouldBe("There is nothing to take back.\n");
        Directory.Exists(State).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_asked_means_nothing_done()
    {
        await SignInAsync("person@example.com");
        await Run.RunAsync("setup", "--yes");
        var settings = await File.ReadAllTextAsync(Settings);

        (await Run.RunAsync("uninstall")).ShouldBe(ExitCode.WrongUsage);

        Run.Messages.ShouldContain("add --yes");
        (await File.ReadAllTextAsync(Settings)).ShouldBe(settings);
        Directory.GetFiles(Run.Folder[".codex-proxy/accounts"], "*.json").Length.ShouldBe(1);
        Run.Typed = new StringReader("n\n");
        (await Run.RunAsync("uninstall")).ShouldBe(ExitCode.Failed);
        (await File.ReadAllTextAsync(Settings)).ShouldBe(settings);
    }

    [Fact]
    public async Task A_file_that_was_changed_since_keeps_the_change()
    {
        Run.Folder.Write(".claude/settings.json", Before);
        await Run.RunAsync("setup", "--yes");
        var mine = (await File.ReadAllTextAsync(Settings)).Replace("opus", "sonnet");
        await File.WriteAllTextAsync(Settings, mine);

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        (await File.ReadAllTextAsync(Settings)).ShouldBe(Before.Replace("opus", "sonnet"));
        Directory.GetFiles(Run.Folder[".claude"]).ShouldBe([Settings]);
    }

    [Fact]
    public async Task A_file_that_was_not_there_is_gone_again_also_that_of_another_folder()
    {
        await Run.RunAsync("setup", "--yes", "--scope", "project");
        var project = Run.Folder[".claude/settings.local.json"];
        File.Exists(project).ShouldBeTrue();
        Run.WorkingFolder = Run.Folder.Path + "/elsewhere";

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Directory.GetFiles(Run.Folder[".claude"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_installation_has_set_up_stays()
    {
        Run.Variables["CODEX_PROXY_HOME"] = Run.Folder["other"];
        await Run.RunAsync("setup", "--yes", "--scope", "project");
        Run.Variables.Remove("CODEX_PROXY_HOME");
        var project = Run.Folder[".claude/settings.local.json"];
        var before = await File.ReadAllTextAsync(project);
        await Run.RunAsync("setup", "--yes");

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        File.Exists(Settings).ShouldBeFalse();
        (await File.ReadAllTextAsync(project)).ShouldBe(before);
    }

    [Fact]
    public async Task Settings_are_found_by_their_address_when_the_key_is_lost()
    {
        Run.Folder.Write(".claude/settings.json", Before);
        await Run.RunAsync("setup", "--yes");
        Directory.Delete(State, recursive: true);

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        (await File.ReadAllTextAsync(Settings)).ShouldBe(Before);
        Directory.Exists(State).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_of_others_keep_the_folder()
    {
        await SignInAsync("person@example.com");
        Run.Folder.Write(".codex-proxy/notes.txt", "mine");
        Run.Folder.Write(".codex-proxy/logs/other.txt", "mine");

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        Run.Messages.ShouldContain("~/.codex-proxy holds files that are not of codex-proxy; they stay.");
        Directory
            .GetFileSystemEntries(State, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(State, path))
            .ShouldBe(["notes.txt", "logs", "logs/other.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_state_can_be_kept()
    {
        await SignInAsync("person@example.com");
        await Run.RunAsync("setup", "--yes");

        (await Run.RunAsync("uninstall", "--keep-state", "--yes")).ShouldBe(ExitCode.Done, Run.Messages);

        File.Exists(Settings).ShouldBeFalse();
        Run.Clear();
        await Run.RunAsync("accounts", "list");
        Run.Output.ShouldContain("person@example.com");
    }

    [Fact]
    public async Task Settings_that_cannot_be_edited_stop_it_before_anything_is_done()
    {
        await SignInAsync("person@example.com");
        Run.Folder.Write(".claude/settings.json", "{\"env\": ");

        (await Run.RunAsync("uninstall", "--yes")).ShouldBe(ExitCode.Failed);

        Run.Messages.ShouldContain("Correct it first; nothing was changed.");
        Run.Clear();
        await Run.RunAsync("accounts", "list");
        Run.Output.ShouldContain("person@example.com");
    }

    [Theory]
    [InlineData(
        "/home/a/.dotnet/tools/.store/codex-proxy/0.1.0/tools/net10.0/any/",
        "`dotnet tool uninstall -g codex-proxy` removes it"
    )]
    [InlineData(
        "/srv/tools/.store/codex-proxy/0.1.0/tools/net10.0/any/",
        "`dotnet tool uninstall --tool-path /srv/tools codex-proxy` removes it"
    )]
    [InlineData("/nowhere/bin/", "remove /nowhere/bin/codex-proxy")]
    public void How_the_program_goes_follows_from_where_it_lies(string folder, string expected) =>
        OwnProgram.RemovalOf(folder, folder + "codex-proxy").ShouldBe(expected);

    [Fact]
    public void A_published_folder_is_removed_as_one()
    {
        using var folder = new TempFolder();
        folder.Write("codex-proxy.dll", "");

        OwnProgram.RemovalOf(folder.Path + "/", folder["codex-proxy"]).ShouldBe($"remove {folder.Path}");
    }
}
