using System.Diagnostics;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>The completion scripts follow the commands.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly CommandRun _run = new();

    public static TheoryData<string> Shells => [.. ShellDialect.Names];

    /// <summary>The shells of this machine that can judge a script, each with the flag that says to run nothing.</summary>
    public static TheoryData<string, string> Judges
    {
        get
        {
            var judges = new TheoryData<string, string> { { "bash", "-n" } };
            foreach (var (shell, flag) in new[] { ("zsh", "-n"), ("fish", "--no-execute") })
            {
                if (IsInstalled(shell))
                {
                    judges.Add(shell, flag);
                }
            }

            return judges;
        }
    }

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Every_command_and_flag_is_in_every_script(string shell)
    {
        (await _run.RunAsync("completions", shell)).ShouldBe(ExitCode.Done);

        var root = CommandLine.CreateRoot(_run.Context(TextWriter.Null));
        foreach (var command in root.Subcommands)
        {
            _run.Output.ShouldContain($"/{command.Name}");
            // After the client's name nothing is offered that is not the client's.
            foreach (var option in command.Options.Where(o => !o.Hidden && command.Name != "claude"))
            {
                _run.Output.ShouldContain(shell == "fish" ? $"-l {option.Name[2..]}" : option.Name);
            }
        }

        _run.Output.ShouldContain("/start");
        _run.Output.ShouldNotContain("detached");
    }

    [Theory]
    [MemberData(nameof(Judges))]
    public async Task The_shell_itself_finds_no_fault(string shell, string flag)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell of Unix.");
        await _run.RunAsync("completions", shell);
        var script = _run.Folder.Write("script", _run.Output);

        (await RunAsync(shell, flag, script)).ShouldBe("");
    }

    [Theory]
    [InlineData("codex-proxy st", "start status statusline stop")]
    [InlineData("codex-proxy start --b", "--background")]
    [InlineData("codex-proxy --verbose stop --c", "--config")]
    [InlineData("codex-proxy env --shell f", "fish")]
    [InlineData("codex-proxy completions z", "zsh")]
    [InlineData("codex-proxy claude --", "")]
    [InlineData("codex-proxy --config ", "")]
    public async Task Bash_offers_what_can_follow(string typed, string offered)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell of Unix.");
        await _run.RunAsync("completions", "bash");
        var words = typed.Split(' ');
        var script = _run.Folder.Write(
            "script",
            $$"""
            {{_run.Output}}
            COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}})
            COMP_CWORD={{words.Length - 1}}
            _codex_proxy
            printf "%s\n" "${COMPREPLY[@]}"
            """
        );

        string.Join(' ', (await RunAsync("bash", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order())
            .ShouldBe(offered);
    }

    [Fact]
    public async Task An_unknown_shell_is_wrong_usage() =>
        (await _run.RunAsync("completions", "tcsh")).ShouldBe(ExitCode.WrongUsage);

    private static bool IsInstalled(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, shell)));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        output += await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
