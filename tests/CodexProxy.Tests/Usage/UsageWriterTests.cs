using CodexProxy.Options;
using CodexProxy.Tests.Support;
using CodexProxy.Usage;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Usage;

/// <summary>Records reach the store in batches, and whatever the store does, nobody waits for it.</summary>
public sealed class UsageWriterTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly CollectedLog _log = new();
    private readonly ScriptedStorage _storage = new();
    private readonly OptionsSource _options;
    private readonly UsageWriter _writer;

    public UsageWriterTests()
    {
        var inputs = new OptionInputs
        {
            Flags = new Dictionary<string, string>(),
            Environment = name => name == "CODEX_PROXY_HOME" ? _folder.Path : null,
            UserFolder = _folder.Path,
            WorkingFolder = _folder.Path,
        };
        _options = new OptionsSource(OptionsLoader.Load(inputs), inputs, _log);
        _writer = new UsageWriter(
            new UsageBook(_storage, _options, _time, _log.For<UsageBook>()),
            _options,
            _time,
            _log.For<UsageWriter>()
        );
    }

    private static CancellationToken None => CancellationToken.None;

    private int Warnings => _log.Lines.Count(line => line.StartsWith("Warning:"));

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _options.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_ends_within_half_a_second_is_one_batch()
    {
        await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            _writer.Add(Plain($"req_{i}"));
        }

        await AdvanceUntilAsync(() => _storage.Kept.Count == 10);

        _storage.Batches.ShouldBe([10]);
        _storage.Kept[0].ShouldBe("req_0");
        _writer.State.ShouldBe(new UsageState(UsageStoreKind.Sqlite, null, 0));
    }

    [Fact]
    public async Task Whoever_reads_finds_what_was_added_before()
    {
        await StartAsync();
        _writer.Add(Plain("req_1"));

        (await _writer.ReadAsync(None)).ShouldBe(_storage);

        _storage.Kept.ShouldBe(["req_1"]);
    }

    [Fact]
    public async Task Nothing_is_kept_before_the_start_and_everything_at_the_end()
    {
        _writer.Add(Plain("req_early"));
        await StartAsync();
        _writer.Add(Plain("req_1"));

        await _writer.StopAsync(None);
        _writer.Add(Plain("req_late"));

        _storage.Kept.ShouldBe(["req_1"]);
        await _writer.DisposeAsync();
        _storage.Closed.ShouldBe(1);
    }

    [Theory]
    [InlineData(UsageFault.Full)]
    [InlineData(UsageFault.Busy)]
    [InlineData(UsageFault.Unavailable)]
    public async Task A_store_that_fails_for_a_while_is_told_once_and_loses_nothing(object fault)
    {
        await StartAsync();
        _storage.Fault = (UsageFault)fault;
        for (var i = 0; i < 5; i++)
        {
            _writer.Add(Plain($"req_{i}"));
            await _writer.ReadAsync(None);
        }

        Warnings.ShouldBe(1);
        _writer.State.Problem.ShouldBe($"The store is {fault}.");

        _storage.Fault = null;
        await AdvanceUntilAsync(() => _storage.Kept.Count == 5);
        await _writer.ReadAsync(None);
        _writer.State.ShouldBe(new UsageState(UsageStoreKind.Sqlite, null, 0));
        _log.Lines.Count(line => line.Contains("is written again; 0 requests")).ShouldBe(1);
        Warnings.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_hangs_delays_nobody_and_what_finds_no_room_is_counted()
    {
        await StartAsync();
        var hold = new TaskCompletionSource();
        _storage.Hold = hold.Task;
        _writer.Add(Plain("req_first"));
        var reading = _writer.ReadAsync(None);

        for (var i = 0; i < UsageWriter.MaxWaiting + 50; i++)
        {
            _writer.Add(Plain($"req_{i}"));
        }

        reading.IsCompleted.ShouldBeFalse();
        _writer.State.Dropped.ShouldBeInRange(50, 51);
        var dropped = _writer.State.Dropped;
        hold.SetResult();
        await _writer.ReadAsync(None);
        _storage.Kept.Count.ShouldBe(UsageWriter.MaxWaiting + 51 - (int)dropped);
        await _writer.StopAsync(None);
        _log.Lines.ShouldContain($"Warning: {dropped} requests of this run are missing in the usage history.");
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_store_that_hangs()
    {
        await StartAsync();
        _storage.Hold = new TaskCompletionSource().Task;
        _writer.Add(Plain("req_1"));
        using var limit = new CancellationTokenSource();

        var stopping = _writer.StopAsync(limit.Token);
        await limit.CancelAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        _writer.State.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_store_is_set_aside_and_a_new_one_takes_the_records()
    {
        await StartAsync();
        _storage.Fault = UsageFault.Damaged;
        _writer.Add(Plain("req_1"));

        await _writer.ReadAsync(None);

        _storage.Kept.ShouldBe(["req_1"]);
        _storage.SetAside.ShouldBe(1);
        _storage.Opened.ShouldBe(2);
        _log.Lines.ShouldContain(line => line.StartsWith("Error:") && line.Contains("usage.db.damaged-1"));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_not_tried_again()
    {
        _storage.Fault = UsageFault.Newer;
        await StartAsync();
        _writer.Add(Plain("req_1"));
        await _writer.ReadAsync(None);
        _storage.Fault = null;
        _writer.Add(Plain("req_2"));

        (await _writer.ReadAsync(None)).ShouldBe(NoUsageStore.Instance);

        _storage.Kept.ShouldBeEmpty();
        _writer.State.ShouldBe(new UsageState(UsageStoreKind.Sqlite, "The store is Newer.", 2));
        Warnings.ShouldBe(1);
    }

    [Fact]
    public async Task Switching_it_off_and_on_works_at_once()
    {
        await StartAsync();
        Set("""{"usage":{"store":"off"}}""");
        (await _writer.ReadAsync(None)).ShouldBe(NoUsageStore.Instance);
        _storage.Closed.ShouldBe(1);
        _writer.Add(Plain("req_1"));
        await _writer.ReadAsync(None);
        _writer.State.ShouldBe(new UsageState(UsageStoreKind.Off, null, 0));

        Set("{}");
        _writer.Add(Plain("req_2"));

        (await _writer.ReadAsync(None)).ShouldBe(_storage);
        _storage.Kept.ShouldBe(["req_2"]);
    }

    [Fact]
    public async Task The_limits_are_kept_at_the_start_and_every_hour()
    {
        Set("""{"usage":{"retentionDays":30,"maxMegabytes":64}}""");
        await StartAsync();
        _storage.Pruned.ShouldBe([_time.GetUtcNow().AddDays(-30)]);
        _storage.Shrunk.ShouldBe([64L * 1024 * 1024]);

        await AdvanceUntilAsync(() => _storage.Pruned.Count == 2, TimeSpan.FromMinutes(10));

        _storage.Pruned[1].ShouldBeGreaterThanOrEqualTo(_storage.Pruned[0].AddHours(1));
    }

    private async Task StartAsync()
    {
        await _writer.StartAsync(None);
        await _writer.ReadAsync(None);
    }

    private void Set(string config)
    {
        _folder.Write("config.json", config);
        _options.Reload();
    }

    // The writer waits on its own task, so the clock goes on until it has done what is wanted.
    private async Task AdvanceUntilAsync(Func<bool> done, TimeSpan? step = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!done())
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(step ?? TimeSpan.FromMilliseconds(600));
            await Task.Yield();
        }
    }
}
