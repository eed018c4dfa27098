using CodexProxy.Relay;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

public sealed class HeartbeatTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Headers_are_held_for_fifteen_seconds_from_the_arrival()
    {
        using var heartbeat = New();
        var next = heartbeat.NextAsync();

        _time.Advance(TimeSpan.FromSeconds(14.9));
        next.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await next;
        heartbeat.Take().ShouldBe(Beat.Commit);
    }

    [Fact]
    public async Task A_committed_answer_pings_after_ten_silent_seconds_and_again()
    {
        using var heartbeat = New();
        heartbeat.Committed();

        for (var i = 0; i < 3; i++)
        {
            var next = heartbeat.NextAsync();
            _time.Advance(Heartbeat.PingAfter);
            await next;
            heartbeat.Take().ShouldBe(Beat.Ping);
            heartbeat.Pinged();
        }
    }

    [Fact]
    public async Task Output_puts_the_ping_off()
    {
        using var heartbeat = New();
        heartbeat.Committed();
        var next = heartbeat.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(6));
        heartbeat.Wrote();
        _time.Advance(TimeSpan.FromSeconds(4));

        await next;
        heartbeat.Take().ShouldBe(Beat.None);

        next = heartbeat.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(6));
        await next;
        heartbeat.Take().ShouldBe(Beat.Ping);
    }

    [Fact]
    public async Task A_hundred_seconds_of_pings_alone_ask_for_a_thinking_delta()
    {
        using var heartbeat = New();
        heartbeat.Committed();
        var beats = new List<Beat>();
        for (var i = 0; i < 10; i++)
        {
            var next = heartbeat.NextAsync();
            _time.Advance(Heartbeat.PingAfter);
            await next;
            beats.Add(heartbeat.Take());
            heartbeat.Pinged();
        }

        beats.ShouldBe([.. Enumerable.Repeat(Beat.Ping, 9), Beat.KeepThinking]);
    }

    [Fact]
    public void One_pending_delay_serves_many_events()
    {
        using var heartbeat = New();
        heartbeat.Committed();
        var first = heartbeat.NextAsync();
        heartbeat.Wrote();

        heartbeat.NextAsync().ShouldBeSameAs(first);
    }

    [Fact]
    public void Once_the_request_has_ended_no_delay_is_left_behind()
    {
        var heartbeat = New();
        _ = heartbeat.NextAsync();
        _time.IsAwaited.ShouldBeTrue();

        heartbeat.Dispose();

        _time.IsAwaited.ShouldBeFalse();
    }

    private Heartbeat New() => new(_time, _time.GetTimestamp(), TestContext.Current.CancellationToken);
}
