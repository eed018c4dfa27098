using System.Net;
using System.Net.Sockets;
using CodexProxy.Commands;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>What the commands print and how they end.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly CommandRun _run = new();
    private readonly StringWriter _banner = new() { NewLine = "\n" };

    // Where this program's own file lies, as if it were installed.
    public CommandLineTests() => _run.Variables["PATH"] = AppContext.BaseDirectory;

    public void Dispose()
    {
        _banner.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task The_version_is_printed_alone()
    {
        (await RunAsync("--version")).ShouldBe(ExitCode.Done);

        _run.Output.Trim().ShouldBe("0.1.0");
        _run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_names_the_commands_and_flags()
    {
        (await RunAsync("--help")).ShouldBe(ExitCode.Done);

        foreach (var word in new[] { "serve, start", "--port", "--host", "--config", "--verbose", "--version" })
        {
            _run.Output.ShouldContain(word);
        }
    }

    [Fact]
    public async Task An_unknown_word_is_wrong_usage()
    {
        (await RunAsync("--prot", "1")).ShouldBe(ExitCode.WrongUsage);

        _run.Output.ShouldBeEmpty();
        _run.Messages.ShouldBe(
            """
            error: Unrecognized command or argument '--prot'.
            error: Unrecognized command or argument '1'.
            Run `codex-proxy --help` to see what there is.

            """
        );
    }

    [Fact]
    public async Task Wrong_settings_are_all_told_and_nothing_starts()
    {
        _run.Variables["CODEX_BASE_URL"] = "http://example.com";

        (await RunAsync("serve", "--port", "x", "--host", "0.0.0.0")).ShouldBe(ExitCode.WrongUsage);

        _banner.ToString().ShouldBeEmpty();
        _run.Messages.ShouldBe(
            """
            error: --port: "x" is not a whole number from 0 to 65535. Correct it, or remove it to use the default.
            error: CODEX_BASE_URL: "http://example.com" is not an https URL without user name, query or fragment (http only to a loopback address). Correct it, or remove it to use the default.
            error: --host: other machines could use your plan through 0.0.0.0 without a key. Run `codex-proxy keys add NAME`, set clientKeys (CODEX_PROXY_CLIENT_KEYS), or listen on 127.0.0.1.

            """
        );
    }

    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("start")]
    public async Task Signed_out_it_starts_and_says_so(params string[] command)
    {
        var (code, port) = await ServeBrieflyAsync(command);

        code.ShouldBe(ExitCode.Done);
        _banner
            .ToString()
            .ShouldBe(
                $"""
                codex-proxy 0.1.0
                address    http://127.0.0.1:{port}
                account    Not signed in. Run `codex-proxy login`.
                dashboard  codex-proxy dashboard
                paste      codex-proxy claude

                """
            );
        _run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signed_in_and_configured_it_prints_six_lines_and_no_key()
    {
        var access = Tokens.Access(TimeProvider.System.GetUtcNow().AddDays(5));
        _run.Folder.Write(".codex/auth.json", Tokens.File(access));
        _run.Folder.Write(".codex-proxy/config.json", """{ "clientKeys": ["s3cret"], "host": "0.0.0.0" }""");

        var (_, port) = await ServeBrieflyAsync("serve");

        _banner
            .ToString()
            .ShouldBe(
                $"""
                codex-proxy 0.1.0
                address    http://0.0.0.0:{port}
                account    signed in as person@example.com (pro)
                settings   ~/.codex-proxy/config.json
                dashboard  codex-proxy dashboard
                paste      codex-proxy claude

                """
            );
    }

    [Fact]
    public async Task A_person_at_the_terminal_gets_a_link_that_opens_the_dashboard_once()
    {
        _run.Typed = TextReader.Null;

        var (_, port) = await ServeBrieflyAsync("serve");

        _banner
            .ToString()
            .ShouldMatch($"\\ndashboard  http://127.0.0.1:{port}/dashboard/open\\?key=[A-Za-z0-9_-]{{43}}\\n");
        ((CollectedLog)_run.Surroundings.Logs!).Lines.ShouldNotContain(line => line.Contains("key="));
    }

    [Fact]
    public async Task A_taken_port_has_an_exit_code_of_its_own()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        (await RunAsync("--port", $"{port}")).ShouldBe(ExitCode.AlreadyRunning);

        _run.Messages.ShouldBe(
            $"error: Port {port} is in use, perhaps by another codex-proxy. Choose one with --port.\n"
        );
    }

    [Fact]
    public async Task An_address_of_another_machine_cannot_be_bound()
    {
        _run.Variables["CODEX_PROXY_CLIENT_KEYS"] = "k";

        (await RunAsync("--host", "192.0.2.1", "--port", "0")).ShouldBe(ExitCode.Failed);

        _run.Messages.ShouldBe("error: Cannot listen on 192.0.2.1:0. Choose another --host or --port.\n");
    }

    [Fact]
    public async Task The_state_folder_is_made_for_its_owner_only()
    {
        await ServeBrieflyAsync("serve");

        Directory.Exists(_run.Folder[".codex-proxy"]).ShouldBeTrue();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_run.Folder[".codex-proxy"])
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Task<int> RunAsync(params string[] arguments) => _run.RunAsync(arguments);

    /// <summary>Serves on a free port until the banner is out.</summary>
    private async Task<(int Code, string Port)> ServeBrieflyAsync(params string[] command)
    {
        using var stop = new CancellationTokenSource();
        using var watched = new WatchedWriter(_banner, "claude", stop);
        _run.Variables["CODEX_PROXY_PORT"] = "0";
        var code = await _run.RunAsync(watched, stop.Token, command);
        var address = _banner
            .ToString()
            .Split('\n')
            .Single(line => line.StartsWith("address", StringComparison.Ordinal));
        return (code, address[(address.LastIndexOf(':') + 1)..]);
    }

    /// <summary>Cancels when a line ends with a word.</summary>
    private sealed class WatchedWriter(StringWriter inner, string word, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            inner.WriteLine(value);
            if (value?.EndsWith(word, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}
