using System.Diagnostics;
using System.Globalization;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>One command from nothing to a running client. The client is a shell script that tells what it was given.</summary>
public sealed class ClaudeCommandTests : IDisposable
{
    private readonly Installation _installation = new();

    public ClaudeCommandTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Written for Unix.");

    public void Dispose() => _installation.Dispose();

    [Fact]
    public async Task Everything_after_the_word_goes_to_the_client_and_its_exit_code_comes_back()
    {
        Client("""for a in "$@"; do printf '<%s>' "$a"; done; exit 7""");
        string[] arguments =
        [
            "--help",
            "--version",
            "-p",
            "a \"b\" 'c'\n$d `e` \\",
            "",
            "--",
            "--port",
            "x",
            "@file",
            "claude",
            "--",
            "ü",
        ];

        var run = await _installation.RunAsync(["claude", .. arguments]);

        run.ShouldBe(new ProgramRun(7, string.Concat(arguments.Select(argument => $"<{argument}>")), ""));
    }

    [Fact]
    public async Task The_second_run_finds_the_server_of_the_first()
    {
        Client("echo $ANTHROPIC_BASE_URL");

        var first = await _installation.RunAsync("claude");
        var record = _installation.Record.ShouldNotBeNull();
        var second = await _installation.RunAsync("claude");

        first.Output.ShouldBe($"{record.ClientUrl}\n");
        second.ShouldBe(first);
        _installation.Record?.ProcessId.ShouldBe(record.ProcessId);
    }

    [Fact]
    public async Task The_client_gets_our_variables_and_its_own_environment_without_rivals()
    {
        Client("env");
        _installation.Variables["ANTHROPIC_API_KEY"] = "theirs";
        _installation.Variables["CLAUDE_CODE_USE_BEDROCK"] = "1";
        _installation.Variables["ANTHROPIC_BASE_URL"] = "https://elsewhere.example";
        _installation.Variables["HTTP_PROXY"] = "http://127.0.0.1:9";
        _installation.Variables["MINE"] = "a=b 'c'";
        _installation.Variables["CODEX_PROXY_CLIENT_KEYS"] = "kanarienvogel";

        var lines = (await _installation.RunAsync("claude")).Output.Split('\n');

        var key = (await _installation.RunAsync("key")).Output.Trim();
        lines.ShouldContain($"ANTHROPIC_BASE_URL={_installation.Record?.ClientUrl}");
        lines.ShouldContain($"ANTHROPIC_AUTH_TOKEN={key}");
        lines.ShouldContain("CLAUDE_CODE_AUTO_COMPACT_WINDOW=272000");
        lines.ShouldContain("NO_PROXY=127.0.0.1");
        lines.ShouldContain("MINE=a=b 'c'");
        lines.ShouldNotContain(line => line.StartsWith("ANTHROPIC_API_KEY"));
        lines.ShouldNotContain(line => line.StartsWith("CLAUDE_CODE_USE_BEDROCK"));
        lines.ShouldNotContain(line => line.Contains("PERMISSION", StringComparison.OrdinalIgnoreCase));
        // What a model lets the client run would inherit it.
        lines.ShouldNotContain(line => line.Contains("kanarienvogel"));
    }

    [Fact]
    public async Task Our_flags_stand_before_the_word()
    {
        Client("""echo "$*" """);

        var run = await _installation.RunAsync("--verbose", "--host", "localhost", "claude", "--verbose", "hi");

        run.ShouldBe(new ProgramRun(0, "--verbose hi\n", ""));
        _installation.Record?.Flags.Keys.ShouldBe(["--host", "--verbose"]);
    }

    [Fact]
    public async Task A_signal_reaches_the_client_itself()
    {
        // Not INT: a job in the background starts with it ignored, and a shell cannot trap what was ignored before it.
        Client("trap 'echo ended; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        using var process = _installation.Start("claude");
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("ready");

        using var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]);

        (await process.StandardOutput.ReadLineAsync()).ShouldBe("ended");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task The_client_starts_with_no_signal_ignored_or_blocked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads the process table of Linux.");
        Client("grep -E 'Sig(Blk|Ign)' /proc/self/status");
        // Whoever runs the tests may ignore signals, and every program below inherits that; .NET itself ignores SIGPIPE.
        var own = File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var inherited = ulong.Parse(own.AsSpan(8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~0x1000UL;

        (await _installation.RunAsync("claude")).Output.ShouldBe(
            $"SigBlk:\t0000000000000000\nSigIgn:\t{inherited:x16}\n"
        );
    }

    [Fact]
    public async Task The_client_finds_the_terminal_as_it_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Makes a terminal with a program that every Linux has.");
        Client("stty -a");
        var library = Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");

        var lines = await InTerminalAsync($"stty -a; echo then; dotnet '{library}' claude");

        var parts = lines.Split("then\r\n");
        parts[0].ShouldContain("icanon");
        parts[1].ShouldBe(parts[0]);
    }

    [Fact]
    public async Task A_client_that_is_not_installed_is_told_and_nothing_starts()
    {
        // An empty search path would not even find the runtime; this one has no client.
        _installation.Variables["CODEX_PROXY_CLAUDE"] = _installation.Folder["nowhere"];

        var run = await _installation.RunAsync("claude");

        run.ShouldBe(
            new ProgramRun(
                ExitCode.Failed,
                "",
                $"error: CODEX_PROXY_CLAUDE names {_installation.Folder["nowhere"]}, which is no program.\n"
            )
        );
        _installation.Record.ShouldBeNull();
    }

    [Fact]
    public async Task Signed_out_it_ends_with_its_exit_code_and_nothing_starts()
    {
        using var run = new CommandRun();
        run.Variables["CODEX_PROXY_CLAUDE"] = Client("exit 0");

        (await run.RunAsync("claude")).ShouldBe(ExitCode.NotSignedIn);

        run.Messages.ShouldBe("error: Not signed in. Run `codex-proxy login`.\n");
        Directory.Exists(run.Folder[".codex-proxy"]).ShouldBeFalse();
    }

    [Fact]
    public void The_client_is_found_on_the_search_path_else_where_installers_put_it()
    {
        _installation.Folder.Write("a/claude", "not executable");
        var second = Directory.CreateDirectory(_installation.Folder["b"]).FullName;
        var client = new ClientProgram(
            name => name == "PATH" ? $"{_installation.Folder["a"]}::{second}" : null,
            _installation.Folder.Path
        );

        client.Find().ShouldBeNull();
        var installed = _installation.WriteProgram(".local/bin/claude", "");
        client.Find().ShouldBe(installed);
        var found = _installation.WriteProgram("b/claude", "");
        client.Find().ShouldBe(found);
    }

    [Theory]
    [InlineData("claude -p x", "claude -- -p x")]
    [InlineData("--port 1 --verbose claude --help", "--port 1 --verbose claude -- --help")]
    [InlineData("--config claude claude x", "--config claude claude -- x")]
    [InlineData("--config=c claude", "--config=c claude --")]
    [InlineData("stop claude", "stop claude")]
    [InlineData("--port", "--port")]
    public void Only_what_follows_the_word_is_protected(string typed, string expected) =>
        string.Join(' ', ClaudeCommand.Protect(typed.Split(' '))).ShouldBe(expected);

    private async Task<string> InTerminalAsync(string command)
    {
        string[] arguments = ["--quiet", "--command", command, "/dev/null"];
        var start = new ProcessStartInfo("script", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in _installation.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["HOME"] = _installation.Folder.Path;
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    private string Client(string script) =>
        _installation.Variables[ClientProgram.Variable] = _installation.WriteProgram("client", script + "\n");
}
