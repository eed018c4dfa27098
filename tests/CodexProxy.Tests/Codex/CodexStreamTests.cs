using CodexProxy.Codex;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Codex;

/// <summary>Bytes of the upstream become events, however the network cuts them.</summary>
public sealed class CodexStreamTests
{
    public static TheoryData<string> Streams =>
        [
            .. Directory
                .GetFiles(Repository.File("tests/Fixtures/codex-backend/sse"), "*.sse")
                .Select(path => Path.GetFileName(path)),
        ];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Any_split_of_the_bytes_gives_the_same_events(string name)
    {
        var bytes = await File.ReadAllBytesAsync(Repository.File($"tests/Fixtures/codex-backend/sse/{name}"));
        var whole = await ReadAsync(bytes, int.MaxValue);

        whole.ShouldNotBeEmpty();
        foreach (var size in (int[])[1, 2, 3, 7, 64, 1000])
        {
            (await ReadAsync(bytes, size)).ShouldBe(whole);
        }
    }

    [Fact]
    public async Task Silence_for_the_whole_limit_ends_the_stream_as_silence()
    {
        var time = new ManualTime();
        await using var stream = new CodexStream(
            new HttpResponseMessage(),
            new IdleGuardedStream(new NeverEnding(), TimeSpan.FromSeconds(300), time),
            TestContext.Current.CancellationToken
        );

        var next = stream.NextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(300));

        (await next).ShouldBeFalse();
        stream.Broken!.Kind.ShouldBe(CodexProxy.Protocol.Failures.FailureKind.Silence);
    }

    private static async Task<List<string>> ReadAsync(byte[] bytes, int size)
    {
        await using var stream = new CodexStream(
            new HttpResponseMessage(),
            new IdleGuardedStream(new Chunked(bytes, size), TimeSpan.FromSeconds(300), new ManualTime()),
            TestContext.Current.CancellationToken
        );
        var events = new List<string>();
        while (await stream.NextAsync())
        {
            events.Add(Describe(stream.Current));
        }

        stream.Broken.ShouldBeNull();
        return events;
    }

    // Records print their members; lists and JSON inside them do not compare by value, their text does.
    private static string Describe(ResponseEvent e) =>
        e switch
        {
            OutputItemDone done => $"done {done.Key} {done.Item.GetType().Name}",
            OutputItemAdded added => $"added {added.Key} {added.Item.GetType().Name}",
            RateLimitsEvent limits => limits.Payload.GetRawText(),
            MetadataEvent metadata => metadata.Payload.GetRawText(),
            ErrorEvent error => error.Payload.GetRawText(),
            ResponseCompleted completed => $"completed {completed.Response.Id} {completed.Response.Usage}",
            ResponseStarted started => $"started {started.Response.Id}",
            ResponseFailed failed => $"failed {failed.Code}",
            ResponseIncomplete incomplete => $"incomplete {incomplete.Response.IncompleteReason}",
            _ => e.ToString(),
        };

    private sealed class Chunked(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }

    private sealed class NeverEnding : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
