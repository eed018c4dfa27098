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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_after_a_gap_in_the_numbers_is_the_end_whatever_the_connection_does_then(bool breaks)
    {
        var time = new ManualTime();
        var text = Event(0, "response.created") + Event(3, "response.completed", ",\"response\":{\"id\":\"resp_1\"}");
        await using var stream = new CodexStream(
            new HttpResponseMessage(),
            new IdleGuardedStream(new OpenEnd(text, breaks), TimeSpan.FromSeconds(300), time),
            TestContext.Current.CancellationToken
        );
        (await stream.NextAsync()).ShouldBeTrue();

        var next = stream.NextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(1));

        (await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
        stream.Current.ShouldBeOfType<ResponseCompleted>();
        stream.Broken.ShouldBeNull();
    }

    [Fact]
    public async Task An_error_is_heard_whatever_its_number()
    {
        var text =
            Event(1, "response.created")
            + Event(2, "response.in_progress")
            + Event(0, "error", ",\"code\":\"context_length_exceeded\",\"message\":\"Too long.\"");

        (await ReadAsync(System.Text.Encoding.UTF8.GetBytes(text), 1000))[^1].ShouldContain("context_length_exceeded");
    }

    private static string Event(int number, string type, string more = "") =>
        $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{number}{more}}}\n\n";

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

    // Some text, and then silence or a reset.
    private sealed class OpenEnd(string text, bool breaks) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (await base.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                return count;
            }

            if (breaks)
            {
                throw new IOException("The connection was reset.");
            }

            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return 0;
        }
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
