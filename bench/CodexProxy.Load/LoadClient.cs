using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Load;

/// <summary>The client process: takes one <see cref="LoadBatch"/> per input line and answers each with one line.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpMessageInvoker _connections = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
        }
    );

    /// <summary>Serves batches until the input ends.</summary>
    public static async Task<int> RunAsync()
    {
        using var client = new LoadClient();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var batch = JsonSerializer.Deserialize(line, LoadJson.Default.LoadBatch)!;
            var outcome = await client.RunAsync(batch);
            Console.WriteLine(JsonSerializer.Serialize(outcome, LoadJson.Default.LoadOutcome));
        }

        return 0;
    }

    /// <inheritdoc />
    public void Dispose() => _connections.Dispose();

    private async Task<LoadOutcome> RunAsync(LoadBatch batch)
    {
        var body = await File.ReadAllBytesAsync(batch.BodyPath);
        var streams = new StreamReport[batch.Requests];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, batch.Concurrency).Select(_ => Task.Run(WorkAsync));
        await Task.WhenAll(workers);
        return Summarize(streams, Stopwatch.GetElapsedTime(started));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var index && index < streams.Length)
            {
                streams[index] = await ReadOneAsync(batch, body);
            }
        }
    }

    private async Task<StreamReport> ReadOneAsync(LoadBatch batch, byte[] body)
    {
        var started = Stopwatch.GetTimestamp();
        var report = new StreamReport();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, batch.Url)
            {
                Content = new ByteArrayContent(body),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in batch.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await _connections.SendAsync(request, CancellationToken.None);
            if (!answer.IsSuccessStatusCode)
            {
                var text = await answer.Content.ReadAsStringAsync();
                return report with
                {
                    Complaint = $"status {(int)answer.StatusCode}: {text[..Math.Min(300, text.Length)]}",
                };
            }

            var marks = new Marks(Encoding.UTF8.GetBytes(batch.DeltaEvent), Encoding.UTF8.GetBytes(batch.EndEvent));
            return await ReadEventsAsync(PipeReader.Create(await answer.Content.ReadAsStreamAsync()), marks, started);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return report with { Complaint = exception.Message };
        }
    }

    private static async Task<StreamReport> ReadEventsAsync(PipeReader reader, Marks marks, long started)
    {
        var report = new StreamReport();
        while (true)
        {
            var read = await reader.ReadAsync();
            var consumed = Scan(read.Buffer, marks, started, ref report);
            reader.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                return report.Ended ? report : report with { Complaint = "the stream ended without its last event" };
            }
        }
    }

    private static SequencePosition Scan(
        ReadOnlySequence<byte> buffer,
        Marks marks,
        long started,
        ref StreamReport report
    )
    {
        var lines = new SequenceReader<byte>(buffer);
        while (lines.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n'))
        {
            if (!line.StartsWith("event: "u8))
            {
                continue;
            }

            var name = line[7..];
            if (name.SequenceEqual(marks.Delta))
            {
                var first = report.Deltas == 0 ? Stopwatch.GetElapsedTime(started) : report.FirstDelta;
                report = report with { Deltas = report.Deltas + 1, FirstDelta = first };
            }
            else if (name.SequenceEqual(marks.End))
            {
                report = report with { Ended = true };
            }
        }

        return lines.Position;
    }

    private static LoadOutcome Summarize(StreamReport[] streams, TimeSpan elapsed)
    {
        var firsts = streams
            .Where(stream => stream.Ended)
            .Select(stream => stream.FirstDelta.TotalMicroseconds)
            .Order()
            .ToArray();
        return new LoadOutcome(
            firsts.Length,
            streams.Sum(stream => (long)stream.Deltas),
            streams.Min(stream => stream.Deltas),
            firsts.Length == 0 ? 0 : firsts[firsts.Length / 2],
            firsts.Length == 0 ? 0 : firsts[firsts.Length * 95 / 100],
            elapsed.TotalSeconds,
            streams.FirstOrDefault(stream => stream.Complaint is not null).Complaint
        );
    }

    private readonly record struct StreamReport(int Deltas, TimeSpan FirstDelta, bool Ended, string? Complaint);

    private sealed record Marks(byte[] Delta, byte[] End);
}
