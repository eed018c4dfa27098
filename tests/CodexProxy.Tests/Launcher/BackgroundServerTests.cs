using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Tests.Launcher;

/// <summary>The built program in the background: one server for a state folder, found by whoever comes later.</summary>
public sealed class BackgroundServerTests : IDisposable
{
    private readonly Installation _installation = new();

    public BackgroundServerTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Written for Unix.");

    public void Dispose() => _installation.Dispose();

    [Fact]
    public async Task A_second_start_finds_the_first_and_a_stop_ends_it()
    {
        var first = await _installation.RunAsync("start", "--background");
        var record = _installation.Record.ShouldNotBeNull();
        first.ShouldBe(
            new ProgramRun(
                ExitCode.Done,
                $"codex-proxy serves at {record.ClientUrl} (process {record.ProcessId}).\n",
                ""
            )
        );

        var second = await _installation.RunAsync("start", "--background");
        second.Output.ShouldBe($"codex-proxy serves already at {record.ClientUrl} (process {record.ProcessId}).\n");

        var stop = await _installation.RunAsync("stop");
        stop.ShouldBe(new ProgramRun(ExitCode.Done, $"Stopped the server at {record.ClientUrl}.\n", ""));
        ProcessStart.Of(record.ProcessId).ShouldBeNull();
        File.Exists(Path.Combine(_installation.Home, "server.json")).ShouldBeFalse();

        var again = await _installation.RunAsync("stop");
        again.ShouldBe(new ProgramRun(ExitCode.Done, "No server is running.\n", ""));
    }

    [Fact]
    public async Task A_restart_from_another_folder_finds_the_same_settings_file()
    {
        var config = _installation.Folder.Write("mine.json", "{}");

        await _installation.RunAsync("start", "--background", "--config", "mine.json");

        _installation.Record.ShouldNotBeNull().Flags["--config"].ShouldBe(config);
    }

    [Fact]
    public async Task Two_starts_at_once_make_one_server()
    {
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => _installation.RunAsync("start", "--background"))
        );

        var record = _installation.Record.ShouldNotBeNull();
        runs.ShouldAllBe(run => run.Code == ExitCode.Done && run.Output.Contains($"(process {record.ProcessId})"));
        runs.Count(run => run.Output.Contains("serves at")).ShouldBe(1);
    }

    [Fact]
    public async Task It_has_no_terminal_logs_to_a_file_of_its_owner_and_names_no_account_there()
    {
        _installation.Variables["CODEX_PROXY_CLIENT_KEYS"] = "kanarienvogel";
        await _installation.RunAsync("start", "--background", "--verbose");

        var record = _installation.Record.ShouldNotBeNull();
        var log = record.LogFile.ShouldNotBeNull();
        await LinesAsync(log);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(log).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var output = await File.ReadAllLinesAsync(new ServerLog(_installation.Home).FilePath);
        output.Single().ShouldEndWith($" codex-proxy 0.1.0 serves at {record.ClientUrl}");
        var lines = await LinesAsync(log);
        lines.ShouldContain(line => line.EndsWith($" info codex-proxy 0.1.0 serves at {record.ClientUrl}"));
        lines.ShouldNotContain(line => line.Contains("account"));
        (await _installation.RunAsync("logs")).Output.ShouldContain(
            $" info  codex-proxy 0.1.0 serves at {record.ClientUrl}"
        );
        record.Flags.ShouldBe(new Dictionary<string, string> { ["--verbose"] = "debug" });
        if (OperatingSystem.IsLinux())
        {
            var stat = await File.ReadAllTextAsync($"/proc/{record.ProcessId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            fields[3].ShouldBe($"{record.ProcessId}", "it leads a session of its own");
            fields[4].ShouldBe("0", "it has no terminal");
            // Every user of the machine may read them.
            (await File.ReadAllTextAsync($"/proc/{record.ProcessId}/cmdline")).ShouldNotContain("kanarienvogel");
        }
    }

    [Fact]
    public async Task A_server_that_a_person_started_is_found_too()
    {
        using var person = _installation.Start("serve");
        await BannerAsync(person);

        var run = await _installation.RunAsync("start", "--background");

        run.Output.ShouldEndWith($"(process {person.Id}).\n");
        (await _installation.RunAsync("stop")).Code.ShouldBe(ExitCode.Done);
        await person.WaitForExitAsync();
        person.ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_second_server_beside_it_leaves_its_record_alone()
    {
        await _installation.RunAsync("start", "--background");
        var record = _installation.Record.ShouldNotBeNull();
        using var person = _installation.Start("serve");
        await BannerAsync(person);
        person.Kill();

        (await person.StandardError.ReadToEndAsync()).ShouldBe(
            $"Another codex-proxy of this state folder serves at {record.ClientUrl}; `codex-proxy claude` uses that one.\n"
        );
        _installation.Record?.ProcessId.ShouldBe(record.ProcessId);
    }

    [Fact]
    public async Task The_record_of_a_killed_server_counts_as_none()
    {
        await _installation.RunAsync("start", "--background");
        var killed = _installation.Record.ShouldNotBeNull();
        using (var process = Process.GetProcessById(killed.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        (await _installation.RunAsync("stop")).Output.ShouldBe("No server is running.\n");
        (await _installation.RunAsync("start", "--background")).Output.ShouldStartWith("codex-proxy serves at ");
        _installation.Record.ShouldNotBeNull().ProcessId.ShouldNotBe(killed.ProcessId);
    }

    [Fact]
    public async Task A_restart_keeps_the_flags_and_needs_no_server_before()
    {
        var first = await _installation.RunAsync("restart", "--verbose");
        first.Output.ShouldStartWith("No server is running.\ncodex-proxy serves at ");
        var before = _installation.Record.ShouldNotBeNull();

        var second = await _installation.RunAsync("restart");

        second.Output.ShouldStartWith($"Stopped the server at {before.ClientUrl}.\ncodex-proxy serves at ");
        var after = _installation.Record.ShouldNotBeNull();
        after.ProcessId.ShouldNotBe(before.ProcessId);
        after.Flags.ShouldBe(before.Flags);
    }

    [Fact]
    public async Task A_server_of_another_version_is_told_and_used()
    {
        await _installation.RunAsync("start", "--background");
        var record = _installation.Record.ShouldNotBeNull();
        new ServerRecordFile(_installation.Home).Write(record with { Version = "0.0.9" });

        var run = await _installation.RunAsync("start", "--background");

        run.Output.ShouldStartWith("codex-proxy serves already at");
        run.Messages.ShouldBe(
            "The running server is codex-proxy 0.0.9, this is 0.1.0. `codex-proxy restart` starts the new one.\n"
        );
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_an_error_of_its_own()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var answering = AnswerAsync(taken, "HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}");

        var run = await _installation.RunAsync("start", "--background", "--port", $"{port}");

        run.ShouldBe(
            new ProgramRun(
                ExitCode.AlreadyRunning,
                "",
                $"error: Port {port} is in use by another program. Choose another with --port or CODEX_PROXY_PORT.\n"
            )
        );
        taken.Stop();
        await answering;
    }

    [Fact]
    public async Task A_codex_proxy_of_another_state_folder_is_not_ours()
    {
        using var other = new Installation();
        await other.RunAsync("start", "--background");
        var port = other.Record.ShouldNotBeNull().Address.Port;

        var run = await _installation.RunAsync("start", "--background", "--port", $"{port}");

        run.Code.ShouldBe(ExitCode.AlreadyRunning);
        run.Messages.ShouldStartWith(
            $"error: Port {port} is in use by another codex-proxy, with another state folder."
        );
    }

    [Fact]
    public async Task A_server_that_ends_at_once_is_told_with_its_last_lines()
    {
        var log = new ServerLog(_installation.Home);
        log.Prepare();
        await File.WriteAllTextAsync(log.FilePath, "of an earlier run\n");
        var server = Server(["/bin/sh", "-c", "echo first; echo it broke >&2; exit 1"]);

        var refused = (await server.EnsureAsync(default)).ShouldBeOfType<ServerRefused>();

        refused.Message.ShouldBe("The server ended at once. Its last lines:");
        refused.LogLines.ShouldBe(["first", "it broke"]);
        refused.PortIsTaken.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_and_ended()
    {
        var time = new Support.ManualTime();
        var server = Server(["/bin/sh", "-c", "echo $$; exec sleep 600"], time);
        var result = server.EnsureAsync(default);
        while (!result.IsCompleted)
        {
            // Its output is not awaited, so the clock moves only once it is there.
            if (time.IsAwaited && new ServerLog(_installation.Home).Length > 0)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        var refused = (await result).ShouldBeOfType<ServerRefused>();
        refused.Message.ShouldBe("The server did not answer within 15 seconds. Its last lines:");
        var ended = await WaitForEndAsync(int.Parse(refused.LogLines.Single()));
        ended.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/usr/bin/dotnet", "x.dll", 3)]
    [InlineData("/opt/codex-proxy", "/opt/codex-proxy.dll", 2)]
    public void The_program_is_started_again_in_the_form_it_has(string process, string library, int words)
    {
        var command = OwnProgram.Command(process, library, ["serve"]);

        command.Count.ShouldBe(words);
        command[0].ShouldBe(process);
        command[^1].ShouldBe("serve");
    }

    private BackgroundServer Server(IReadOnlyList<string> command, TimeProvider? time = null)
    {
        var inputs = new OptionInputs
        {
            Environment = _ => null,
            UserFolder = _installation.Folder.Path,
            WorkingFolder = _installation.Folder.Path,
            Flags = new Dictionary<string, string> { ["--port"] = "0" },
        };
        return new BackgroundServer(OptionsLoader.Load(inputs), inputs, time ?? TimeProvider.System)
        {
            Program = _ => command,
        };
    }

    [Fact]
    public async Task Without_log_files_the_log_is_where_its_output_goes()
    {
        _installation.Variables["CODEX_PROXY_LOG_FILE"] = "off";
        await _installation.RunAsync("start", "--background");
        var record = _installation.Record.ShouldNotBeNull();

        var lines = await LinesAsync(record.LogFile.ShouldNotBeNull());

        record.LogFile.ShouldEndWith("server.log");
        lines.ShouldContain(line => line.EndsWith($" info codex-proxy 0.1.0 serves at {record.ClientUrl}"));
        File.Exists(Path.Combine(_installation.Home, "logs", "gateway.log")).ShouldBeFalse();
        (await _installation.RunAsync("logs", "--level", "info")).Output.ShouldContain(
            $" info  codex-proxy 0.1.0 serves at {record.ClientUrl}"
        );
    }

    // The log is written by a task of its own.
    private static async Task<string[]> LinesAsync(string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            if (
                File.Exists(path) && File.ReadLines(path).Any(line => line.Contains(" info ", StringComparison.Ordinal))
            )
            {
                return await File.ReadAllLinesAsync(path);
            }

            await Task.Yield();
        }
    }

    private static async Task BannerAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("paste", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private static async Task<bool> WaitForEndAsync(int processId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (ProcessStart.Of(processId) is not null && !limit.IsCancellationRequested)
        {
            await Task.Yield();
        }

        return ProcessStart.Of(processId) is null;
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                var stream = connection.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
