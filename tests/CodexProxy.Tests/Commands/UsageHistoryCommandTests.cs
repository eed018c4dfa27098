using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Records;
using CodexProxy.Sqlite;
using CodexProxy.Tests.Support;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Commands;

/// <summary><c>usage --by</c>, <c>usage export</c> and <c>usage prune</c>: without any server.</summary>
public sealed class UsageHistoryCommandTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly CommandRun _run = new();

    private string Home => _run.Folder[".codex-proxy"];

    public async ValueTask InitializeAsync()
    {
        _run.Surroundings = _run.Surroundings with { Time = _time };
        await using var store = await new SqliteStorage(Home, _time).OpenAsync(CancellationToken.None);
        await store.AppendAsync(
            [
                Full("req_01a", Noon.AddDays(-2)),
                Full("req_01b", Noon.AddDays(-1)) with
                {
                    Ending = RequestEnding.Answered,
                    Session = "=cmd()",
                },
                Plain("req_01c", Noon.AddHours(-1)) with
                {
                    Client = "a,\"b\"/1",
                    Tokens = new TokenCounts(1_200_000, 0, 0, 34, 0),
                },
                Plain("req_01d", Noon.AddDays(-40)),
            ],
            CancellationToken.None
        );
    }

    public ValueTask DisposeAsync()
    {
        _run.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("by-day-pipe.txt", false, "--by", "day")]
    [InlineData("by-day.txt", true, "--by", "day")]
    [InlineData("by-session.txt", true, "--by", "session", "--since", "yesterday")]
    [InlineData("by-model.csv", false, "--by", "model", "--csv", "--since", "2026-10-01")]
    [InlineData("by-client.json", false, "--by", "client", "--json", "--until", "today")]
    [InlineData("by-project-empty.txt", true, "--by", "project", "--since", "30m")]
    public async Task The_past_is_told_as_it_was_agreed(string golden, bool atTerminal, params string[] arguments)
    {
        _run.Typed = atTerminal ? TextReader.Null : null;

        (await _run.RunAsync(["usage", .. arguments])).ShouldBe(ExitCode.Done);

        Golden(golden, _run.Output);
        _run.Messages.ShouldBe("");
    }

    [Theory]
    [InlineData("export.csv", "--since", "7d")]
    [InlineData("export.json", "--format", "json", "--since", "7d")]
    public async Task Every_request_can_be_taken_away(string golden, params string[] arguments)
    {
        (await _run.RunAsync(["usage", "export", .. arguments])).ShouldBe(ExitCode.Done);

        Golden(golden, _run.Output);
        if (golden.EndsWith("json"))
        {
            using var all = JsonDocument.Parse(_run.Output);
            all.RootElement.GetArrayLength().ShouldBe(3);
        }
    }

    [Fact]
    public async Task An_export_to_a_file_never_overwrites_one()
    {
        var file = _run.Folder["out.csv"];

        (await _run.RunAsync("usage", "export", "--out", file)).ShouldBe(ExitCode.Done);
        _run.Messages.ShouldBe($"4 requests were written to {file}.\n");
        _run.Output.ShouldBe("");
        (await File.ReadAllLinesAsync(file)).Length.ShouldBe(5);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (await _run.RunAsync("usage", "export", "--out", file)).ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Deleting_asks_first()
    {
        (await _run.RunAsync("usage", "prune", "--before", "30d")).ShouldBe(ExitCode.WrongUsage);
        _run.Messages.ShouldContain("Nothing was changed: add --yes");

        _run.Typed = new StringReader("n\n");
        (await _run.RunAsync("usage", "prune", "--before", "30d")).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldContain("Delete 1 requests from the history for good? [y/N]");

        _run.Clear();
        _run.Typed = new StringReader("y\n");
        (await _run.RunAsync("usage", "prune", "--before", "30d")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldBe("1 requests were deleted from the history.\n");

        _run.Clear();
        (await _run.RunAsync("usage", "prune", "--all", "--yes")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldBe("3 requests were deleted from the history.\n");
    }

    [Theory]
    [InlineData("usage", "--by", "week")]
    [InlineData("usage", "--since", "7d")]
    [InlineData("usage", "--csv")]
    [InlineData("usage", "--by", "day", "--json", "--csv")]
    [InlineData("usage", "--by", "day", "--all")]
    [InlineData("usage", "--by", "day", "--since", "soon")]
    [InlineData("usage", "export", "--format", "xml")]
    [InlineData("usage", "export", "--until", "2026-13-01")]
    [InlineData("usage", "prune")]
    [InlineData("usage", "prune", "--all", "--before", "7d")]
    public async Task What_cannot_be_meant_is_refused(params string[] arguments)
    {
        (await _run.RunAsync(arguments)).ShouldBe(ExitCode.WrongUsage);

        _run.Output.ShouldBe("");
        _run.Messages.ShouldNotBe("");
    }

    [Fact]
    public async Task Without_a_history_that_is_said()
    {
        _run.Variables["CODEX_PROXY_HOME"] = _run.Folder["empty"];

        (await _run.RunAsync("usage", "--by", "day")).ShouldBe(ExitCode.Done);

        _run.Output.ShouldBe("");
        _run.Messages.ShouldBe("There is no history yet. The gateway writes it as it serves.\n");
        Directory.Exists(_run.Folder["empty"]).ShouldBeFalse("asking leaves nothing behind");
    }

    [Theory]
    [InlineData("today", "2026-11-21T00:00Z")]
    [InlineData("Yesterday", "2026-11-20T00:00Z")]
    [InlineData("7d", "2026-11-14T00:00Z")]
    [InlineData("36h", "2026-11-20T00:00Z")]
    [InlineData("90m", "2026-11-21T10:30Z")]
    [InlineData("2026-11-01", "2026-11-01T00:00Z")]
    [InlineData("2026-11-01T14:05", "2026-11-01T14:05Z")]
    [InlineData("2026-11-01T14:05:00+02:00", "2026-11-01T12:05Z")]
    public void Times_are_written_as_people_do(string text, string expected)
    {
        UsageTimes.TryRead(text, _time, out var time).ShouldBeTrue();

        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'").ShouldBe(expected);
    }

    // A golden file that is missing is written, and fails the test once, so that somebody looks at it.
    private static void Golden(string name, string actual)
    {
        var path = Repository.File($"tests/CodexProxy.Tests/Commands/Golden/{name}");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            Assert.Fail($"{path} was missing. It was written; look at it.");
        }

        actual.ShouldBe(File.ReadAllText(path));
    }
}

/// <summary>The history knows accounts by their keys; who is signed in here is shown by name.</summary>
public sealed class UsageByAccountTests : AccountStage
{
    [Fact]
    public async Task An_account_that_is_signed_in_is_named()
    {
        await SignInAsync("person@example.com");
        await Run.RunAsync("accounts", "list", "--json");
        using var accounts = JsonDocument.Parse(Run.Output);
        var key = accounts.RootElement.GetProperty("accounts")[0].GetProperty("key").GetString();
        Run.Clear();
        await using (
            var store = await new SqliteStorage(Run.Folder[".codex-proxy"], Time).OpenAsync(CancellationToken.None)
        )
        {
            await store.AppendAsync(
                [Full("req_1", Time.GetUtcNow()) with { Account = key }, Full("req_2", Time.GetUtcNow())],
                CancellationToken.None
            );
        }

        Run.Typed = TextReader.Null;
        (await Run.RunAsync("usage", "--by", "account")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldContain($"{key} (person@example.com)");
        Run.Output.ShouldContain("0123456789ab  ");
    }
}
