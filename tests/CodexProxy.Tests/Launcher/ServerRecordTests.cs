using CodexProxy.Endpoints;
using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>The record of a running server, on disk and against the processes of the machine.</summary>
public sealed class ServerRecordTests : IDisposable
{
    private readonly TempFolder _home = new();
    private readonly ServerRecordFile _file;

    public ServerRecordTests() => _file = new ServerRecordFile(_home.Path);

    public void Dispose() => _home.Dispose();

    [Fact]
    public void It_is_read_as_it_was_written_by_its_owner_only()
    {
        var record = Own() with
        {
            LogFile = "/some/log",
            Flags = new Dictionary<string, string> { ["--port"] = "1" },
        };

        _file.Write(record);

        var read = _file.Read().ShouldNotBeNull();
        (read with { Flags = record.Flags }).ShouldBe(record);
        read.Flags.ShouldBe(record.Flags);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_home["server.json"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Its_token_has_32_random_bytes_and_is_not_shown()
    {
        Own().ManagementToken.Reveal().Length.ShouldBe(43);
        Own().ManagementToken.ShouldNotBe(Own().ManagementToken);
        var record = Own();
        record.ToString().ShouldNotContain(record.ManagementToken.Reveal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"pid":"x","process_start":"","address":"http://h","version":"","started_at":"","flags":{}}""")]
    [InlineData(
        """{"pid":1,"process_start":"","address":":","version":"","started_at":"2026-11-21T00:00:00Z","flags":{}}"""
    )]
    public void A_damaged_one_counts_as_none(string text)
    {
        _home.Write("server.json", text);

        _file.Read().ShouldBeNull();
    }

    [Fact]
    public void A_process_with_the_same_number_but_another_start_is_another()
    {
        Own().IsProcessRunning.ShouldBeTrue();
        (Own() with { ProcessStart = "before:1" }).IsProcessRunning.ShouldBeFalse();
        (Own() with { ProcessId = int.MaxValue }).IsProcessRunning.ShouldBeFalse();
    }

    [Fact]
    public void Only_its_own_server_removes_it()
    {
        var (own, other) = (Own(), Own());
        _file.Write(other);

        _file.RemoveIfOwn(own);
        _file.Read().ShouldNotBeNull();

        _file.RemoveIfOwn(other);
        _file.Read().ShouldBeNull();
        _file.RemoveIfOwn(other);
    }

    [Theory]
    [InlineData("http://0.0.0.0:81", "http://127.0.0.1:81")]
    [InlineData("http://[::]:81", "http://127.0.0.1:81")]
    [InlineData("http://192.0.2.1:81", "http://192.0.2.1:81")]
    public void Clients_reach_a_wildcard_by_loopback(string bound, string reached) =>
        (Own() with { Address = new Uri(bound) }).ClientUrl.ShouldBe(reached);

    [Fact]
    public async Task One_that_does_not_answer_counts_as_none_but_is_known()
    {
        var silent = Own() with { Address = new Uri($"http://127.0.0.1:{Installation.FreePort()}") };
        _file.Write(silent);
        var running = new RunningServer(_home.Path, TimeProvider.System);

        (await running.FindAsync(default)).ShouldBeNull();
        running.Recorded().ShouldNotBeNull();
        var status = await ServerStatus.ReadAsync(_home.Path, TimeProvider.System, default);
        status.Summary.ShouldBe(
            $"process {Environment.ProcessId} runs but does not answer; `codex-proxy restart` replaces it"
        );
    }

    [Fact]
    public async Task Without_one_the_status_says_how_to_start()
    {
        var status = await ServerStatus.ReadAsync(_home.Path, TimeProvider.System, default);

        status.ShouldBe(new ServerStatus(null, Answers: false));
        status.Summary.ShouldBe("not running; `codex-proxy start --background` starts it");
    }

    [Fact]
    public void The_status_tells_another_version()
    {
        var record = Own() with { Version = "0.0.9", ProcessId = 5 };

        new ServerStatus(record, Answers: true).Summary.ShouldBe(
            "http://127.0.0.1:9 (process 5), version 0.0.9; `codex-proxy restart` starts 0.1.0"
        );
    }

    private static ServerRecord Own() =>
        ServerRecord.OfThisProcess(
            new Uri("http://127.0.0.1:9"),
            new ManagementToken().Value,
            new ManualTime().GetUtcNow()
        );
}
