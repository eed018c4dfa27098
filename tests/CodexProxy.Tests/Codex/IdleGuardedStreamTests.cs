using CodexProxy.Codex;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Codex;

public sealed class IdleGuardedStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Every_read_re_arms_the_idle_limit()
    {
        await using var stream = new IdleGuardedStream(new MemoryStream(new byte[64]), Limit, _time);
        var buffer = new byte[8];
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(299));
            stream.IdleToken.IsCancellationRequested.ShouldBeFalse();
            await stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        }

        _time.Advance(Limit);
        stream.IdleToken.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task An_event_without_end_is_refused()
    {
        await using var stream = new IdleGuardedStream(new Endless(), Limit, _time);
        var buffer = new byte[1024 * 1024];

        await Should.ThrowAsync<InvalidDataException>(async () =>
        {
            while (true)
            {
                await stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
            }
        });
    }

    [Fact]
    public async Task Completed_events_make_room_for_more()
    {
        await using var stream = new IdleGuardedStream(new Endless(), Limit, _time);
        var buffer = new byte[1024 * 1024];
        for (var i = 0; i < 100; i++)
        {
            await stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
            stream.EventCompleted();
        }
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        await using var stream = new IdleGuardedStream(new Endless(), Limit, _time);
        var buffer = new byte[1024 * 1024];
        var read = 0L;

        await Should.ThrowAsync<InvalidDataException>(async () =>
        {
            while (true)
            {
                read += await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
                stream.EventCompleted();
            }
        });

        read.ShouldBe(IdleGuardedStream.MaxAnswerBytes);
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(buffer.Length);
    }
}
