using CodexProxy.Commands;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary><c>codex-proxy logs</c>: what is shown of the files, and how.</summary>
public sealed class LogsCommandTests : IDisposable
{
    private const string Newest = """
        2026-11-21T11:58:00.000Z info req_01aaa claude-opus-5-5 -> gpt-5.9 200 first 12 ms
        2026-11-21T11:59:00.000Z warn req_01bbb claude-opus-5-5 -> gpt-5.9 429 UsageLimit
        2026-11-21T11:59:30.000Z debug req_01bbb losses: none
        2026-11-21T11:59:59.000Z error The ChatGPT login cannot be renewed any more.

        """;

    private const string Older = """
        2026-11-21T09:00:00.000Z info The settings were read again.
        2026-11-21T10:00:00.000Z warn An older warning.

        """;

    private readonly CommandRun _run = new();

    public LogsCommandTests()
    {
        _run.Surroundings = _run.Surroundings with { Time = new ManualTime() };
        _run.Folder.Write(".codex-proxy/logs/gateway.log", Newest);
        _run.Folder.Write(".codex-proxy/logs/gateway.log.1", Older);
        File.SetLastWriteTimeUtc(
            _run.Folder[".codex-proxy/logs/gateway.log.1"],
            new DateTime(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc)
        );
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Lines_have_date_time_level_and_text()
    {
        await ShowAsync(
            """
            2026-11-21 09:00:00 info  The settings were read again.
            2026-11-21 10:00:00 warn  An older warning.
            2026-11-21 11:58:00 info  req_01aaa claude-opus-5-5 -> gpt-5.9 200 first 12 ms
            2026-11-21 11:59:00 warn  req_01bbb claude-opus-5-5 -> gpt-5.9 429 UsageLimit
            2026-11-21 11:59:30 debug req_01bbb losses: none
            2026-11-21 11:59:59 error The ChatGPT login cannot be renewed any more.

            """
        );
    }

    [Theory]
    [InlineData("-n 1", "error The ChatGPT")]
    [InlineData("-n 5", "warn  An older;info  req_01aaa;warn  req_01bbb;debug req_01bbb;error The ChatGPT")]
    [InlineData("-n 0", "")]
    [InlineData("--level warn", "warn  An older;warn  req_01bbb;error The ChatGPT")]
    [InlineData("--level warn -n 2", "warn  req_01bbb;error The ChatGPT")]
    [InlineData("--level error", "error The ChatGPT")]
    [InlineData("--grep SETTINGS", "info  The settings")]
    [InlineData("--grep nothing-like-it", "")]
    [InlineData("--request req_01bbb", "warn  req_01bbb;debug req_01bbb")]
    [InlineData("--request req_01b --level warn", "warn  req_01bbb")]
    [InlineData("--since 45s", "debug req_01bbb;error The ChatGPT")]
    [InlineData("--since 1h", "info  req_01aaa;warn  req_01bbb;debug req_01bbb;error The ChatGPT")]
    [InlineData(
        "--since 1d",
        "info  The settings;warn  An older;info  req_01aaa;warn  req_01bbb;debug req_01bbb;error The ChatGPT"
    )]
    [InlineData("--since 2026-11-21T11:59", "warn  req_01bbb;debug req_01bbb;error The ChatGPT")]
    [InlineData("--since 2026-11-21T13:59+02:00:00", null)]
    [InlineData("--since 2026-11-21T13:59:10+02:00", "debug req_01bbb;error The ChatGPT")]
    public async Task Only_what_is_wanted_is_shown(string arguments, string? starts)
    {
        var code = await _run.RunAsync(["logs", .. arguments.Split(' ')]);

        if (starts is null)
        {
            code.ShouldBe(ExitCode.WrongUsage);
            return;
        }

        code.ShouldBe(ExitCode.Done);
        var lines = _run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[20..]).ToList();
        var wanted = starts.Split(';', StringSplitOptions.RemoveEmptyEntries);
        lines.Count.ShouldBe(wanted.Length, _run.Output);
        foreach (var (line, start) in lines.Zip(wanted))
        {
            line.ShouldStartWith(start);
        }
    }

    [Fact]
    public async Task As_JSON_every_line_is_an_object_with_the_names_of_the_JSON_form()
    {
        _run.Folder.Write(
            ".codex-proxy/logs/gateway.log",
            """
            {"timestamp":"2026-11-21T11:59:00.000Z","level":"warn","category":"Relay","message":"as it is","fields":{"a":1}}
            2026-11-21T11:59:00.000Z warn req_01bbb of text

            """
        );

        await ShowAsync(
            """
            {"timestamp":"2026-11-21T11:59:00.000Z","level":"warn","category":"Relay","message":"as it is","fields":{"a":1}}
            {"timestamp":"2026-11-21T11:59:00.000Z","level":"warn","message":"req_01bbb of text","requestId":"req_01bbb"}

            """,
            "--json",
            "--level",
            "warn",
            "-n",
            "2"
        );
    }

    [Fact]
    public async Task What_a_file_holds_does_not_speak_to_the_terminal()
    {
        _run.Folder.Write(
            ".codex-proxy/logs/gateway.log",
            "2026-11-21T11:59:00.000Z warn a\u001b[2Jb\nno\u001b]0;line\u0007\n"
                + """{"timestamp":"2026-11-21T11:59:01.000Z","level":"warn","message":"c\u001b[2J\nd"}"""
                + "\n"
        );

        await ShowAsync(
            """
            2026-11-21 11:59:00 warn  a_[2Jb
            no_]0;line_
            2026-11-21 11:59:01 warn  c_[2J / d

            """,
            "-n",
            "3"
        );
    }

    [Fact]
    public async Task A_file_of_JSON_is_shown_as_text()
    {
        _run.Folder.Write(
            ".codex-proxy/logs/gateway.log",
            """{"timestamp":"2026-11-21T11:59:00.000Z","level":"warn","message":"for people","requestId":"req_01c"}"""
                + "\n"
        );

        await ShowAsync("2026-11-21 11:59:00 warn  for people\n", "--request", "req_01c");
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("10")]
    [InlineData("-5m")]
    [InlineData("2026-13-40")]
    public async Task A_time_that_is_none_is_wrong_usage(string since)
    {
        (await _run.RunAsync("logs", "--since=" + since)).ShouldBe(ExitCode.WrongUsage);

        _run.Messages.ShouldBe(
            $"error: --since: \"{since}\" is neither a span such as 10m nor a time such as 2026-11-21T14:00.\n"
        );
    }

    [Fact]
    public async Task Following_goes_on_through_a_file_that_is_put_aside_and_filters_what_comes()
    {
        using var stop = new CancellationTokenSource();
        using var lines = new AwaitedLines();
        _run.Surroundings = _run.Surroundings with { Time = TimeProvider.System };
        var log = _run.Folder[".codex-proxy/logs/gateway.log"];

        var following = _run.RunAsync(lines, stop.Token, "logs", "-f", "--level", "warn");
        await lines.WaitForAsync("cannot be renewed");
        File.AppendAllText(log, "2026-11-21T12:00:01.000Z info not this\n2026-11-21T12:00:02.000Z warn but this\n");
        await lines.WaitForAsync("but this");
        File.Move(log, log + ".1", overwrite: true);
        File.WriteAllText(log, "2026-11-21T12:00:03.000Z error of the next file\n");
        await lines.WaitForAsync("of the next file");
        await stop.CancelAsync();

        (await following).ShouldBe(ExitCode.Done);
        lines.Text.ShouldNotContain("not this");
    }

    [Fact]
    public async Task What_the_process_wrote_last_is_told_beside_the_log()
    {
        _run.Folder.Write(
            ".codex-proxy/logs/server.log",
            "of an earlier run\n2026-11-21 11:00:00 codex-proxy 0.1.0 serves at http://127.0.0.1:8082\nOut of memory.\n"
        );
        File.SetLastWriteTimeUtc(
            _run.Folder[".codex-proxy/logs/gateway.log"],
            new DateTime(2026, 11, 21, 11, 0, 0, DateTimeKind.Utc)
        );

        (await _run.RunAsync("logs", "-n", "1")).ShouldBe(ExitCode.Done);

        _run.Messages.ShouldBe("The process wrote this after its last line (logs/server.log):\n  Out of memory.\n");
    }

    [Fact]
    public async Task With_log_files_switched_off_the_output_of_the_server_is_shown()
    {
        _run.Variables["CODEX_PROXY_LOG_FILE"] = "off";
        _run.Folder.Write(".codex-proxy/logs/server.log", "a\nb\nc\n");

        await ShowAsync("b\nc\n", "-n", "2");
    }

    [Fact]
    public async Task Without_a_log_the_command_says_who_writes_one()
    {
        Directory.Delete(_run.Folder[".codex-proxy/logs"], recursive: true);

        (await _run.RunAsync("logs")).ShouldBe(ExitCode.Done);

        _run.Messages.ShouldStartWith("There is no log yet.");
    }

    private async Task ShowAsync(string output, params string[] arguments)
    {
        (await _run.RunAsync(["logs", .. arguments])).ShouldBe(ExitCode.Done);
        _run.Output.ShouldBe(output);
        _run.Messages.ShouldBeEmpty();
    }
}
