using System.Globalization;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Telemetry;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>
/// <c>GET /api/logs/stream</c>: log lines as server-sent events. Each has an id; with <c>Last-Event-ID</c> the stream goes on where it was
/// left, as far as lines are kept. A reader that is too slow is let go, and nobody waits for it.
/// </summary>
internal sealed class LogStream(LogRing ring, TimeProvider timeProvider, IHostApplicationLifetime lifetime)
{
    /// <summary>Most readers at once. One that does not read is not let go by the server, and each holds lines.</summary>
    public const int MaxReaders = 64;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private int _readers;

    /// <summary>Serves one reader until it goes away, the gateway ends, or it is too slow.</summary>
    /// <param name="http">The reader.</param>
    /// <param name="least">Least level.</param>
    /// <param name="history">Whether the lines that are kept come first.</param>
    /// <exception cref="RequestRejectedException">There are too many.</exception>
    public async Task ServeAsync(HttpContext http, LogLevel least, bool history)
    {
        if (Interlocked.Increment(ref _readers) > MaxReaders)
        {
            Interlocked.Decrement(ref _readers);
            throw new RequestRejectedException(
                ClientError.Passing(503, "api_error", "Too many read the log already. Close one.")
            );
        }

        try
        {
            await FollowAsync(http, least, history);
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private async Task FollowAsync(HttpContext http, LogLevel least, bool history)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted,
            lifetime.ApplicationStopping
        );
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        using var watch = ring.Watch(After(http.Request, history));
        try
        {
            await WriteAsync(http, ": log\n\n", end.Token);
            await PumpAsync(http, watch, least, end.Token);
            await WriteAsync(http, ": too slow; come back with the last id\n\n", end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the gateway ends.
        }
    }

    private async Task PumpAsync(HttpContext http, LogWatch watch, LogLevel least, CancellationToken end)
    {
        var more = watch.Lines.WaitToReadAsync(end).AsTask();
        while (true)
        {
            using (var beat = CancellationTokenSource.CreateLinkedTokenSource(end))
            {
                var silence = Task.Delay(Beat, timeProvider, beat.Token);
                if (await Task.WhenAny(more, silence) == silence)
                {
                    await silence;
                    await WriteAsync(http, ": still here\n\n", end);
                    continue;
                }

                await beat.CancelAsync();
            }

            if (!await more)
            {
                return;
            }

            while (watch.Lines.TryRead(out var line))
            {
                if (line.Level >= least)
                {
                    await WriteAsync(http, Event(line), end);
                }
            }

            more = watch.Lines.WaitToReadAsync(end).AsTask();
        }
    }

    private static long? After(HttpRequest request, bool history) =>
        long.TryParse(request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last) ? last
        : history ? 0
        : null;

    private static string Event(LogLine line) =>
        $"id: {line.Id}\nevent: log\ndata: {JsonSerializer.Serialize(LogView.Of(line), LogJson.Default.LogView)}\n\n";

    private static async Task WriteAsync(HttpContext http, string text, CancellationToken end)
    {
        await http.Response.WriteAsync(text, Encoding.UTF8, end);
        await http.Response.Body.FlushAsync(end);
    }
}
