using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Credentials;
using CodexProxy.Hosting;
using CodexProxy.Terminals;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>What <c>setup</c> shows, asks, writes and takes back.</summary>
public sealed class SetupCommandTests : IDisposable
{
    private const string Before = "{\n    // mine\n    \"model\": \"opus\",\n    \"env\": { \"EDITOR\": \"vi\" },\n}\n";

    private readonly CommandRun _run = new();
    private readonly ManualTime _time = new();

    public SetupCommandTests()
    {
        _run.Surroundings = new GatewaySurroundings { Logs = new CollectedLog(), Time = _time };
        _run.Folder.Write("bin/codex-proxy", "");
        _run.Folder.Write("bin/codex-proxy.exe", "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_run.Folder["bin/codex-proxy"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        _run.Variables["PATH"] = _run.Folder["bin"];
    }

    private string Settings => _run.Folder[".claude/settings.json"];

    private string Key => LocalKey.OfInstallation(_run.Folder[".codex-proxy"]).Reveal();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Without_a_file_one_is_made_that_only_its_owner_reads()
    {
        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done, _run.Messages);

        File.ReadAllText(Settings)
            .ShouldBe(
                $$"""
                {
                  "env": {
                    "ANTHROPIC_BASE_URL": "http://127.0.0.1:8082",
                    "ANTHROPIC_AUTH_TOKEN": "{{Key}}",
                    "ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-5-5",
                    "CLAUDE_CODE_MAX_CONTEXT_TOKENS": "{{Window}}",
                    "CLAUDE_CODE_AUTO_COMPACT_WINDOW": "{{Window}}",
                    "CLAUDE_CODE_AUTO_MODE_SERVER": "0",
                    "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY": "1",
                    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"
                  },
                  "skipWebFetchPreflight": true,
                  "statusLine": {
                    "type": "command",
                    "command": "codex-proxy statusline"
                  }
                }

                """
            );
        Mode(Settings).ShouldBe("600");
        Backups().ShouldBe(["settings.json.codex-proxy-20261121-120000.absent"]);
        _run.Output.ShouldContain("+    \"ANTHROPIC_AUTH_TOKEN\": \"***\",");
        (_run.Output + _run.Messages).ShouldNotContain(Key);

        // Where the port is another one at every start, setup refuses; there is no reason to refuse this.
        (await _run.RunAsync("setup", "--undo", "--port", "0")).ShouldBe(ExitCode.Done, _run.Messages);

        File.Exists(Settings).ShouldBeFalse();
        Backups().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_persons_file_keeps_its_comments_and_comes_back_byte_for_byte()
    {
        Write(Before);
        SetMode(Settings, "664");

        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done, _run.Messages);

        var written = File.ReadAllText(Settings);
        written.ShouldStartWith(
            "{\n    // mine\n    \"model\": \"opus\",\n    \"env\": { \"EDITOR\": \"vi\", \"ANTHROPIC_"
        );
        Mode(Settings).ShouldBe("664");
        Mode(_run.Folder[".claude/settings.json.codex-proxy-20261121-120000.bak"]).ShouldBe("600");
        _run.Output.ShouldContain("The old file is kept as ~/.claude/settings.json.codex-proxy-20261121-120000.bak.");
        _run.Output.ShouldContain(
            "Claude Code does not load a settings file with comments or trailing commas: look at line 2."
        );
        _run.Output.ShouldContain("`chmod 600 ~/.claude/settings.json`");

        (await _run.RunAsync("setup", "--undo")).ShouldBe(ExitCode.Done, _run.Messages);

        File.ReadAllText(Settings).ShouldBe(Before);
        Mode(Settings).ShouldBe("664");
    }

    [Fact]
    public async Task A_second_run_has_nothing_to_do()
    {
        await _run.RunAsync("setup", "--yes");
        _run.Clear();
        _time.Advance(TimeSpan.FromMinutes(1));

        (await _run.RunAsync("setup")).ShouldBe(ExitCode.Done, _run.Messages);

        _run.Output.ShouldBe("~/.claude/settings.json is set up already; nothing to do.\n");
        Backups().Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_person_is_shown_the_difference_and_asked()
    {
        Write("{\"env\": {\"ANTHROPIC_API_KEY\": \"sk-other\"}}");
        _run.Typed = new StringReader("n\n");

        (await _run.RunAsync("setup")).ShouldBe(ExitCode.Failed);

        _run.Output.ShouldContain("-{\"env\": {\"ANTHROPIC_API_KEY\": \"***\"}}");
        _run.Messages.ShouldContain("Write this? [y/N]");
        _run.Messages.ShouldContain("Nothing was written.");
        File.ReadAllText(Settings).ShouldContain("sk-other");

        _run.Typed = new StringReader("y\n");
        (await _run.RunAsync("setup")).ShouldBe(ExitCode.Done);

        File.ReadAllText(Settings).ShouldNotContain("ANTHROPIC_API_KEY");
        _run.Output.ShouldContain("ANTHROPIC_API_KEY is taken out, because it would lead the client elsewhere.");
        _run.Output.ShouldNotContain("sk-other");
    }

    [Fact]
    public void The_difference_is_coloured_in_a_terminal()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, output, outputColour: true, messageColour: true);

        new SetupScreen(terminal, asJson: false, "~/s.json").Diff("{\n}\n"u8.ToArray(), "{ }\n"u8.ToArray());

        output
            .ToString()
            .ShouldBe(
                "\e[1m--- ~/s.json\e[0m\n\e[1m+++ ~/s.json\e[0m\n\e[2m@@ -1,2 +1,1 @@\e[0m\n\e[31m-{\e[0m\n\e[31m-}\e[0m\n\e[32m+{ }\e[0m\n"
            );
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_nothing_is_written()
    {
        (await _run.RunAsync("setup")).ShouldBe(ExitCode.WrongUsage);

        _run.Messages.ShouldContain("Add --yes");
        File.Exists(Settings).ShouldBeFalse();
    }

    [Fact]
    public async Task Somebody_elses_status_line_stays_and_an_old_one_of_ours_is_renewed()
    {
        Write("""{"statusLine": {"type": "command", "command": "date"}}""");
        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done);
        File.ReadAllText(Settings).ShouldContain("\"command\": \"date\"");
        _run.Output.ShouldContain("The status line that is set already stays as it is.");

        Write("""{"statusLine": {"type": "command", "command": "/old/codex-proxy statusline", "padding": 0}}""");
        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done);
        File.ReadAllText(Settings).ShouldContain("\"command\": \"codex-proxy statusline\", \"padding\": 0");
    }

    [Fact]
    public async Task Off_the_path_the_status_line_names_this_program_in_full()
    {
        _run.Variables.Remove("PATH");

        await _run.RunAsync("setup", "--yes");

        File.ReadAllText(Settings)
            .ShouldContain($"{Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll")} statusline");
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,,\n}", "line 2, column 10: this is not valid JSON")]
    [InlineData("[]", "line 1, column 1: the text is not a JSON object")]
    [InlineData("{\"env\": 1}", "line 1, column 9: \"env\" is not a JSON object")]
    [InlineData("{\"env\": {}, \"env\": {}}", "line 1, column 13: the text has the member \"env\" twice")]
    public async Task A_file_that_cannot_be_edited_is_refused_with_its_place(string text, string reason)
    {
        Write(text);

        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Failed);

        _run.Messages.ShouldBe($"error: ~/.claude/settings.json: {reason}. Correct it first; nothing was written.\n");
        File.ReadAllText(Settings).ShouldBe(text);
        Backups().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_made_since_is_shown_before_it_is_lost()
    {
        Write("{}\n");
        await _run.RunAsync("setup", "--yes");
        var changed = File.ReadAllText(Settings)
            .Replace("{\n  \"env\"", "{\n  \"mine\": 1,\n  \"env\"", StringComparison.Ordinal);
        Write(changed);
        _run.Clear();

        (await _run.RunAsync("setup", "--undo")).ShouldBe(ExitCode.WrongUsage);
        File.ReadAllText(Settings).ShouldBe(changed);
        _run.Messages.ShouldContain("~/.claude/settings.json was changed since setup.");
        _run.Output.ShouldContain("-  \"mine\": 1,");

        _run.Typed = new StringReader("y\n");
        (await _run.RunAsync("setup", "--undo")).ShouldBe(ExitCode.Done);
        File.ReadAllText(Settings).ShouldBe("{}\n");
    }

    [Fact]
    public async Task Two_setups_are_undone_one_by_one()
    {
        Write(Before);
        await _run.RunAsync("setup", "--yes");
        var first = File.ReadAllText(Settings);
        await _run.RunAsync("setup", "--yes", "--port", "9000");
        Backups().Length.ShouldBe(2);

        await _run.RunAsync("setup", "--undo");
        _run.Output.ShouldContain("undo again to go back further");
        File.ReadAllText(Settings).ShouldBe(first);

        await _run.RunAsync("setup", "--undo");
        File.ReadAllText(Settings).ShouldBe(Before);
    }

    [Fact]
    public async Task Without_a_backup_undo_takes_out_what_setup_writes_and_nothing_else()
    {
        Write("{\n  \"model\": \"opus\"\n}\n");
        await _run.RunAsync("setup", "--yes");
        File.Delete(_run.Folder[".claude/" + Backups().Single()]);

        (await _run.RunAsync("setup", "--undo", "--yes")).ShouldBe(ExitCode.Done, _run.Messages);

        File.ReadAllText(Settings).ShouldBe("{\n  \"model\": \"opus\"\n}\n");
        (await _run.RunAsync("setup", "--undo")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldEndWith("nothing of setup's is there; nothing to undo.\n");
    }

    [Fact]
    public async Task Without_a_backup_another_gateways_variables_stay()
    {
        const string Other = """{"env": {"ANTHROPIC_BASE_URL": "http://other", "ANTHROPIC_AUTH_TOKEN": "theirs"}}""";
        Write(Other);

        (await _run.RunAsync("setup", "--undo", "--yes")).ShouldBe(ExitCode.Done);

        File.ReadAllText(Settings).ShouldBe(Other);
    }

    [Fact]
    public async Task The_project_scope_writes_the_file_that_is_not_shared()
    {
        (await _run.RunAsync("setup", "--yes", "--scope", "project")).ShouldBe(ExitCode.Done);

        File.ReadAllText(_run.Folder[".claude/settings.local.json"]).ShouldContain(Key);
        File.Exists(Settings).ShouldBeFalse();
        (await _run.RunAsync("setup", "--scope", "both")).ShouldBe(ExitCode.WrongUsage);
    }

    [Theory]
    [InlineData("CLAUDE_CONFIG_PATH", "some/file.json", "some/file.json")]
    [InlineData("CLAUDE_CONFIG_DIR", "some/folder", "some/folder/settings.json")]
    public async Task The_file_may_lie_elsewhere(string variable, string value, string file)
    {
        _run.Variables[variable] = _run.Folder[value];

        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done);

        File.Exists(_run.Folder[file]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        _run.Folder.Write("dotfiles/claude.json", "{}");
        Directory.CreateDirectory(_run.Folder[".claude"]);
        File.CreateSymbolicLink(Settings, _run.Folder["dotfiles/claude.json"]);

        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done);

        new FileInfo(Settings).LinkTarget.ShouldNotBeNull();
        File.ReadAllText(_run.Folder["dotfiles/claude.json"]).ShouldContain("ANTHROPIC_BASE_URL");
    }

    [Fact]
    public async Task A_link_to_a_file_that_is_not_there_yet_stays_a_link_and_no_key_stays_behind_it()
    {
        Directory.CreateDirectory(_run.Folder[".claude"]);
        Directory.CreateDirectory(_run.Folder["dotfiles"]);
        File.CreateSymbolicLink(Settings, _run.Folder["dotfiles/claude.json"]);

        await _run.RunAsync("setup", "--yes");
        await _run.RunAsync("setup", "--undo");

        new FileInfo(Settings).LinkTarget.ShouldNotBeNull();
        File.Exists(_run.Folder["dotfiles/claude.json"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task An_empty_file_is_filled_and_comes_back_empty(string text)
    {
        Write(text);
        await _run.RunAsync("setup", "--status");
        _run.Output.ShouldNotContain("comments");

        (await _run.RunAsync("setup", "--yes")).ShouldBe(ExitCode.Done);
        (await _run.RunAsync("setup", "--undo")).ShouldBe(ExitCode.Done);

        File.ReadAllText(Settings).ShouldBe(text);
    }

    [Fact]
    public async Task The_status_names_what_is_missing_differs_or_does_not_belong()
    {
        Write(
            """{"env": {"ANTHROPIC_BASE_URL": "http://other", "CLAUDE_CODE_AUTO_MODE_SERVER": "0", "ANTHROPIC_MODEL": "m"}}"""
        );

        (await _run.RunAsync("setup", "--status")).ShouldBe(ExitCode.Done);

        _run.Output.ShouldBe(
            """
            ~/.claude/settings.json
            env.ANTHROPIC_BASE_URL                          has another value
            env.ANTHROPIC_AUTH_TOKEN                        missing
            env.ANTHROPIC_DEFAULT_HAIKU_MODEL               missing
            env.CLAUDE_CODE_MAX_CONTEXT_TOKENS              missing
            env.CLAUDE_CODE_AUTO_COMPACT_WINDOW             missing
            env.CLAUDE_CODE_AUTO_MODE_SERVER                set
            env.CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY  missing
            env.CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC    missing
            skipWebFetchPreflight                           missing
            statusLine                                      missing
            env.ANTHROPIC_MODEL                             should not be there: it leads elsewhere
            `codex-proxy setup` writes what is missing.

            """
        );
        await _run.RunAsync("setup", "--yes");
        _run.Clear();
        await _run.RunAsync("setup", "--status");
        _run.Output.ShouldContain("Claude Code is set up for this gateway.");
    }

    [Fact]
    public async Task Programs_are_told_in_json()
    {
        (await _run.RunAsync("setup", "--json")).ShouldBe(ExitCode.WrongUsage);
        _run.Output.ShouldBeEmpty();

        (await _run.RunAsync("setup", "--json", "--yes")).ShouldBe(ExitCode.Done);

        using var done = JsonDocument.Parse(_run.Output);
        done.RootElement.GetProperty("path").GetString().ShouldBe("~/.claude/settings.json");
        done.RootElement.GetProperty("changed").GetBoolean().ShouldBeTrue();
        done.RootElement.GetProperty("backup").GetString()!.ShouldEndWith(".absent");
        _run.Clear();

        await _run.RunAsync("setup", "--json", "--status");

        using var status = JsonDocument.Parse(_run.Output);
        status
            .RootElement.GetProperty("settings")
            .EnumerateArray()
            .ShouldAllBe(setting => setting.GetProperty("state").GetString() == "set");
        (await _run.RunAsync("setup", "--port", "0")).ShouldBe(ExitCode.WrongUsage);
    }

    private static string Window => "272000";

    private string[] Backups() =>
        [
            .. Directory
                .GetFiles(_run.Folder[".claude"], "*.codex-proxy-*")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    private void Write(string text) => _run.Folder.Write(".claude/settings.json", text);

    private static string Mode(string file) =>
        OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(file), 8);

    private static void SetMode(string file, string mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }
}
