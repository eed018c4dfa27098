using System.Buffers;
using System.Text;
using CodexProxy.Codex;

namespace CodexProxy.Tests.Codex;

public sealed class PooledJsonContentTests
{
    [Fact]
    public async Task The_body_is_sent_whole_and_its_length_is_known()
    {
        using var content = new PooledJsonContent(Filled("{\"a\":1}"));

        content.Headers.ContentLength.ShouldBe(7);
        content.Headers.ContentType!.ToString().ShouldBe("application/json");
        (await content.ReadAsStringAsync()).ShouldBe("{\"a\":1}");
    }

    [Fact]
    public async Task A_buffer_still_being_sent_is_not_given_away()
    {
        var buffer = Filled("{\"a\":1}");
        var content = new PooledJsonContent(buffer);
        using var halfway = new Stalled();
        var sending = content.CopyToAsync(halfway, TestContext.Current.CancellationToken);

        content.Dispose();

        Encoding.UTF8.GetString(buffer.Written.Span).ShouldBe("{\"a\":1}");
        halfway.Go.SetResult();
        await sending;
    }

    private static PooledBuffer Filled(string json)
    {
        var buffer = new PooledBuffer();
        buffer.Write(Encoding.UTF8.GetBytes(json));
        return buffer;
    }

    private sealed class Stalled : MemoryStream
    {
        public TaskCompletionSource Go { get; } = new();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => await Go.Task;
    }
}
