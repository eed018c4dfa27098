using CodexProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Telemetry;

/// <summary>The last lines, and those who watch.</summary>
public sealed class LogRingTests
{
    private readonly LogRing _ring = new(100);

    [Fact]
    public void The_last_thousand_lines_are_kept_with_increasing_ids()
    {
        Add(1005);

        var lines = _ring.Last(LogLevel.Trace, 2000);

        lines.Count.ShouldBe(LogRing.Capacity);
        lines.Select(line => line.Id).ShouldBe(Enumerable.Range(106, 1000).Select(id => (long)id));
    }

    [Fact]
    public void Lines_are_chosen_by_level_and_number()
    {
        Add(3);
        Add(2, LogLevel.Error);
        Add(1);

        _ring.Last(LogLevel.Warning, 9).Select(line => line.Id).ShouldBe([104, 105]);
        _ring.Last(LogLevel.Trace, 2).Select(line => line.Id).ShouldBe([105, 106]);
        _ring.Last(LogLevel.Trace, 0).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, new long[] { 103 })]
    [InlineData(0L, new long[] { 101, 102, 103 })]
    [InlineData(101L, new long[] { 102, 103 })]
    [InlineData(102L, new long[] { 103 })]
    // The id of a run whose clock was ahead.
    [InlineData(900L, new long[] { 101, 102, 103 })]
    public void A_watcher_gets_what_came_after_its_id_and_what_comes(long? after, long[] ids)
    {
        Add(2);
        using var watch = _ring.Watch(after);
        Add(1);

        Read(watch).ShouldBe(ids);
    }

    [Fact]
    public void A_watcher_that_does_not_read_is_let_go_and_comes_back_without_a_gap()
    {
        using var slow = _ring.Watch(null);
        using var quick = _ring.Watch(null);
        for (var i = 0; i < LogRing.WatcherCapacity + 1; i++)
        {
            Add(1);
            quick.Lines.TryRead(out _).ShouldBeTrue();
        }

        _ring.Watchers.ShouldBe(1);
        var seen = Read(slow);
        seen.Count.ShouldBe(LogRing.WatcherCapacity);
        slow.Lines.Completion.IsCompleted.ShouldBeTrue();
        using var again = _ring.Watch(seen[^1]);
        Read(again).ShouldBe([seen[^1] + 1]);
    }

    [Fact]
    public void Who_leaves_is_forgotten()
    {
        _ring.Watch(null).Dispose();

        _ring.Watchers.ShouldBe(0);
    }

    private static List<long> Read(LogWatch watch)
    {
        var ids = new List<long>();
        while (watch.Lines.TryRead(out var line))
        {
            ids.Add(line.Id);
        }

        return ids;
    }

    private void Add(int count, LogLevel level = LogLevel.Information)
    {
        for (var i = 0; i < count; i++)
        {
            _ring.Add(new LogLine(0, default, level, "text"));
        }
    }
}
