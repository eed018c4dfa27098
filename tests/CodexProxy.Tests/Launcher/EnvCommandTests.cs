using System.Diagnostics;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>The lines that lead a shell's client here.</summary>
public sealed class EnvCommandTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("bash", @"export A='it'\''s \ ""$x""'", "unset A")]
    [InlineData("zsh", @"export A='it'\''s \ ""$x""'", "unset A")]
    [InlineData("fish", @"set -gx A 'it\'s \\ ""$x""'", "set -e A")]
    [InlineData("powershell", @"$env:A = 'it''s \ ""$x""'", "Remove-Item Env:A -ErrorAction SilentlyContinue")]
    public void Every_shell_is_written_in_its_own_way(string shell, string set, string remove)
    {
        var dialect = ShellDialect.Of(shell);

        dialect.Set("A", """it's \ "$x" """.TrimEnd()).ShouldBe(set);
        dialect.Remove("A").ShouldBe(remove);
    }

    [Fact]
    public void A_typographic_quote_does_not_end_a_text_of_powershell()
    {
        ShellDialect
            .Of("powershell")
            .Set("A", "a\u2019; b\u2018\u201a\u201b")
            .ShouldBe("$env:A = 'a\u2019\u2019; b\u2018\u2018\u201a\u201a\u201b\u201b'");
    }

    [Theory]
    [InlineData("/bin/bash", false, "bash")]
    [InlineData("/usr/bin/zsh", false, "zsh")]
    [InlineData("/usr/local/bin/fish", false, "fish")]
    [InlineData("/opt/pwsh", false, "powershell")]
    [InlineData("/bin/dash", false, "bash")]
    [InlineData("", false, "bash")]
    [InlineData(null, true, "powershell")]
    [InlineData("/usr/bin/bash.exe", true, "bash")]
    public void The_shell_is_guessed(string? shell, bool isWindows, string expected) =>
        ShellDialect.Guess(shell, isWindows).Name.ShouldBe(expected);

    [Fact]
    public async Task A_posix_shell_reads_back_what_was_meant()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell of Unix.");
        const string value = "a'b\"c$d`e\\f\ng!h*";

        (await ShAsync($"A=before\n{ShellDialect.Of("bash").Set("A", value)}\nprintf %s \"$A\"")).ShouldBe(value);
    }

    [Theory]
    [InlineData("bash", "unset ANTHROPIC_API_KEY", "export ANTHROPIC_BASE_URL='http://127.0.0.1:9090'")]
    [InlineData("fish", "set -e ANTHROPIC_API_KEY", "set -gx ANTHROPIC_BASE_URL 'http://127.0.0.1:9090'")]
    public async Task Rivals_are_removed_before_the_variables_are_set(string shell, string first, string set)
    {
        (await _run.RunAsync("env", "--shell", shell, "--port", "9090")).ShouldBe(ExitCode.Done);

        var lines = _run.Output.TrimEnd().Split('\n');
        lines[0].ShouldBe(first);
        lines[8].ShouldBe(set);
        lines.Length.ShouldBe(16);
        lines.ShouldContain(line => line.Contains("CLAUDE_CODE_AUTO_COMPACT_WINDOW") && line.Contains("272000"));
        Directory.Exists(_run.Folder[".codex-proxy/logs"]).ShouldBeFalse();
    }

    [Fact]
    public async Task The_window_is_that_of_the_models_kept_on_disk()
    {
        _run.Folder.Write(
            ".codex-proxy/models.json",
            """
            {"fetched_at":"2026-11-21T00:00:00Z","client_version":"1.0.0",
             "body":{"models":[{"slug":"small-world","context_window":120000,"visibility":"list","supported_in_api":true,"priority":1}]}}
            """
        );

        await _run.RunAsync("env", "--shell", "bash");

        _run.Output.ShouldContain("export CLAUDE_CODE_AUTO_COMPACT_WINDOW='120000'\n");
    }

    [Fact]
    public async Task The_address_is_that_of_the_running_server()
    {
        var record = ServerRecord.OfThisProcess(
            new Uri("http://0.0.0.0:4711"),
            new("token"),
            TimeProvider.System.GetUtcNow()
        );
        new ServerRecordFile(_run.Folder[".codex-proxy"]).Write(record);

        await _run.RunAsync("env", "--shell", "bash");

        _run.Output.ShouldContain("export ANTHROPIC_BASE_URL='http://127.0.0.1:4711'\n");
    }

    [Fact]
    public async Task A_port_that_is_chosen_at_the_start_is_not_known_before()
    {
        (await _run.RunAsync("env", "--port", "0")).ShouldBe(ExitCode.Failed);

        _run.Output.ShouldBeEmpty();
        _run.Messages.ShouldBe(
            "error: The port is chosen at the start, and no server runs. Run `codex-proxy start --background` first.\n"
        );
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("", "a.example", null)]
    [InlineData("http://proxy.example", "", "127.0.0.1")]
    [InlineData("http://proxy.example", "a.example, b.example", "a.example, b.example,127.0.0.1")]
    [InlineData("http://proxy.example", "a.example,127.0.0.1", null)]
    [InlineData("http://proxy.example", "*", null)]
    public async Task A_proxy_of_the_environment_is_kept_away(string proxy, string exceptions, string? expected)
    {
        _run.Variables["https_proxy"] = proxy;
        _run.Variables["no_proxy"] = exceptions;

        await _run.RunAsync("env", "--shell", "bash");

        var lines = _run.Output.Split('\n').Where(line => line.Contains("PROXY=", StringComparison.OrdinalIgnoreCase));
        lines.ShouldBe(expected is null ? [] : [$"export NO_PROXY='{expected}'", $"export no_proxy='{expected}'"]);
    }

    [Fact]
    public async Task An_unknown_shell_is_wrong_usage() =>
        (await _run.RunAsync("env", "--shell", "tcsh")).ShouldBe(ExitCode.WrongUsage);

    private static async Task<string> ShAsync(string script)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
