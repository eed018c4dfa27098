using CodexProxy.Sqlite;
using CodexProxy.Tests.Support;
using CodexProxy.Tests.Usage;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Sqlite;

/// <summary>The store in a SQLite file keeps every promise of a store.</summary>
public sealed class SqliteUsageStoreTests : UsageStoreContract
{
    private readonly TempFolder _folder = new();

    private protected override IUsageStorage Storage => new SqliteStorage(_folder["home"], new ManualTime());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>What is the file's own: its place, its faults, its plans.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private SqliteStorage Storage => new(_folder["home"], new ManualTime());

    private string File => _folder["home/usage.db"];

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_the_owner_may_read_what_is_written()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var store = await Storage.OpenAsync(None);
        await store.AppendAsync([Plain("req_1")], None);

        var files = Directory.GetFiles(_folder["home"]);
        files.Length.ShouldBe(3);
        foreach (var file in files)
        {
            System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        System.IO.File.GetUnixFileMode(_folder["home"]).HasFlag(UnixFileMode.GroupRead).ShouldBeFalse();
    }

    [Fact]
    public async Task A_closed_history_is_one_file_that_can_still_be_read()
    {
        (await Storage.OpenReaderAsync(None)).ShouldBeNull();
        await using (var store = await Storage.OpenAsync(None))
        {
            await store.AppendAsync([Plain("req_1")], None);
        }

        Directory.GetFiles(_folder["home"]).ShouldBe([File]);
        var reader = (await Storage.OpenReaderAsync(None)).ShouldNotBeNull();
        (await reader.FindAsync("req_1", None)).ShouldNotBeNull();
        await using var again = await Storage.OpenAsync(None);
        (await again.FindAsync("req_1", None)).ShouldNotBeNull("what is there stays");
    }

    [Fact]
    public async Task The_file_becomes_smaller_when_requests_are_forgotten()
    {
        await using (var store = await Storage.OpenAsync(None))
        {
            await store.AppendAsync([.. Many(3000, Noon)], None);
            await store.PruneAsync(DateTimeOffset.MaxValue, None);
        }

        new FileInfo(File).Length.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task A_newer_form_is_left_alone()
    {
        await (await Storage.OpenAsync(None)).DisposeAsync();
        Run("PRAGMA user_version = 99");
        var before = await System.IO.File.ReadAllBytesAsync(File);

        (await FaultAsync(() => Storage.OpenAsync(None))).Fault.ShouldBe(UsageFault.Newer);
        (await FaultAsync(() => Storage.OpenReaderAsync(None))).Message.ShouldContain("newer version");
        (await System.IO.File.ReadAllBytesAsync(File)).ShouldBe(before);
    }

    [Fact]
    public async Task A_damaged_file_is_named_as_such_and_moved_away_whole()
    {
        Directory.CreateDirectory(_folder["home"]);
        await System.IO.File.WriteAllTextAsync(File, new string('x', 8192));

        (await FaultAsync(() => Storage.OpenAsync(None))).Fault.ShouldBe(UsageFault.Damaged);
        var place = await Storage.SetAsideAsync(None);

        place.ShouldBe(File + ".damaged-20261121-120000");
        (await System.IO.File.ReadAllTextAsync(place)).ShouldBe(new string('x', 8192));
        await System.IO.File.WriteAllTextAsync(File, "y");
        (await Storage.SetAsideAsync(None)).ShouldBe(File + ".damaged-20261121-120000-2");
        await (await Storage.OpenAsync(None)).DisposeAsync();
    }

    [Fact]
    public async Task Damage_inside_is_noticed_too()
    {
        await using (var store = await Storage.OpenAsync(None))
        {
            await store.AppendAsync([.. Many(500, Noon)], None);
        }

        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes.AsSpan(4096 * 3).Fill(0xEE);
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        var reader = (await Storage.OpenReaderAsync(None)).ShouldNotBeNull();

        var fault = await FaultAsync(() => reader.SumAsync(new UsageQuery(UsageKey.Day, TimeZoneInfo.Utc), None));

        fault.Fault.ShouldBe(UsageFault.Damaged);
    }

    [Fact]
    public async Task A_file_that_another_program_writes_to_is_busy()
    {
        await using var store = await Storage.OpenAsync(None);
        using var other = SqliteStorage.Connect(File, SqliteOpenMode.ReadWrite);
        using (other.BeginTransaction(deferred: false))
        {
            (await FaultAsync(() => store.AppendAsync([Plain("req_1")], None))).Fault.ShouldBe(UsageFault.Busy);
            (await store.ListAsync(new RequestQuery(), None)).Total.ShouldBe(0, "reading goes on");
        }

        await store.AppendAsync([Plain("req_1")], None);
        (await store.FindAsync("req_1", None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_full_disk_is_named_as_such_and_no_half_of_a_batch_stays()
    {
        await (await Storage.OpenAsync(None)).DisposeAsync();
        var connection = SqliteStorage.Connect(File, SqliteOpenMode.ReadWrite);
        SqliteSchema.Run(connection, "PRAGMA max_page_count = 30");
        await using var store = new SqliteUsageStore(File, connection);

        (await FaultAsync(() => store.AppendAsync([.. Many(5000, Noon)], None))).Fault.ShouldBe(UsageFault.Full);

        (await store.MeasureAsync(None)).Records.ShouldBe(0);
        SqliteSchema.Run(connection, "PRAGMA max_page_count = 100000");
        await store.AppendAsync([.. Many(5000, Noon)], None);
        (await store.MeasureAsync(None)).Records.ShouldBe(5000);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        _folder.Write("home", "a file stands where the folder should be");

        (await FaultAsync(() => Storage.OpenAsync(None))).Fault.ShouldBe(UsageFault.Unavailable);
    }

    [Fact]
    public async Task Every_question_finds_its_rows_by_a_key_or_an_index()
    {
        await using var store = await Storage.OpenAsync(None);
        using var connection = SqliteStorage.Connect(File, SqliteOpenMode.ReadOnly);
        var week = new UsageQuery(UsageKey.Day, TimeZoneInfo.Utc) { Since = Noon.AddDays(-7), Until = Noon };

        foreach (var by in Enum.GetValues<UsageKey>())
        {
            Plan(SqliteQueries.Sums(week with { By = by, Split = UsageKey.Account, Model = "m", Account = "a" }))
                .ShouldContain("SEARCH r USING PRIMARY KEY (at>? AND at<?)");
        }

        var page = new RequestQuery
        {
            Since = Noon.AddDays(-7),
            Before = new UsageCursor(Noon, "req_1"),
            Text = "x",
        };
        Plan(SqliteQueries.List(page)).ShouldContain("SEARCH r USING PRIMARY KEY (at>?");
        Plan(SqliteQueries.List(page)).ShouldNotContain("TEMP B-TREE");
        Plan(SqliteQueries.Count(page)).ShouldContain("SEARCH r USING PRIMARY KEY (at>?");
        Plan(SqliteQueries.List(page with { Session = "s" })).ShouldContain("requests_session (session=? AND at>?");
        Plan(SqliteQueries.Find("req_1")).ShouldContain("requests_id (id=?)");
        Plan(SqliteQueries.Next(Noon, null, page.Before, 10)).ShouldContain("SEARCH r USING PRIMARY KEY");
        Plan(SqliteQueries.Sessions(new SessionQuery { Since = Noon }))
            .ShouldContain("COVERING INDEX requests_session");
        Plan(SqliteQueries.Parts("s")).ShouldContain("requests_session (session=?)");
        Plan(SqliteQueries.Turns("s")).ShouldNotContain("TEMP B-TREE");
        Plan(SqliteQueries.Project("s")).ShouldContain("requests_session (session=?)");
        Plan(SqliteQueries.Client("s")).ShouldNotContain("TEMP B-TREE");

        string Plan(SqliteStatement statement)
        {
            using var command = statement.On(connection, "EXPLAIN QUERY PLAN ");
            using var rows = command.ExecuteReader();
            var lines = new List<string>();
            while (rows.Read())
            {
                lines.Add(rows.GetString(3));
            }

            lines.ShouldAllBe(line => !line.StartsWith("SCAN d"), "details are found by their key");
            return string.Join('\n', lines);
        }
    }

    [Fact]
    public async Task A_hundred_thousand_requests_are_all_there_whatever_is_asked()
    {
        await using var store = await Storage.OpenAsync(None);
        foreach (var part in Many(100_000, Noon).Chunk(5000))
        {
            await store.AppendAsync(part, None);
        }

        (await store.MeasureAsync(None)).Records.ShouldBe(100_000);
        (await store.ListAsync(new RequestQuery { Text = "nothing" }, None)).Requests.ShouldBeEmpty();
        foreach (var by in Enum.GetValues<UsageKey>().Where(key => key is not UsageKey.Minute))
        {
            var table = await store.SumAsync(new UsageQuery(by, TimeZoneInfo.Utc) { Split = UsageKey.Model }, None);
            table.Total.Requests.ShouldBe(100_000, $"by {by}");
            table.Rows.Sum(row => row.Sums.Requests).ShouldBe(100_000, $"by {by}");
        }
    }

    [Fact]
    public void No_other_folder_knows_what_the_history_is_kept_in()
    {
        // The one who puts everything together, and the setting's own word.
        string[] allowed = ["Hosting/GatewayHost.cs", "Options/UsageOptions.cs", "Options/UsageSettings.cs"];
        var root = Repository.File("src/CodexProxy");
        foreach (var file in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, file).Replace('\\', '/');
            if (!name.StartsWith("Sqlite/") && !allowed.Contains(name))
            {
                var code = System.IO.File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//"));
                code.ShouldNotContain(line => line.Contains("sqlite", StringComparison.OrdinalIgnoreCase), name);
            }
        }
    }

    private void Run(string text)
    {
        using var connection = SqliteStorage.Connect(File, SqliteOpenMode.ReadWrite);
        SqliteSchema.Run(connection, text);
    }

    private static Task<UsageStoreException> FaultAsync(Func<Task> act) => Should.ThrowAsync<UsageStoreException>(act);
}
