using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>
/// <c>GET /api/feed</c>: what happens in the gateway, as server-sent events. A page that comes back with the number of its last
/// event goes on from there; one that was away too long is told <c>hello</c> and asks for everything again.
/// </summary>
internal sealed class FeedEndpoint(
    LiveFeed feed,
    FeedSources sources,
    QuotaBook quotas,
    AccountDirectory accounts,
    IHostApplicationLifetime lifetime,
    TimeProvider time
)
{
    /// <summary>Most pages that look on at once; a browser opens one for each of its tabs.</summary>
    public const int MaxReaders = 64;

    /// <summary>After so long a silence a comment tells that the line is open.</summary>
    public static TimeSpan Heartbeat { get; } = TimeSpan.FromSeconds(15);

    private int _readers;

    /// <summary>Whether anybody looks on.</summary>
    public bool HasReaders => Volatile.Read(ref _readers) > 0;

    /// <summary>Serves one page until it goes away or the gateway stops.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        if (Interlocked.Increment(ref _readers) > MaxReaders)
        {
            Interlocked.Decrement(ref _readers);
            throw new RequestRejectedException(
                ClientError.Passing(503, "api_error", "Too many pages look on already. Close one.")
            );
        }

        try
        {
            http.Response.ContentType = "text/event-stream; charset=utf-8";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            // A page must not keep the gateway from stopping.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted,
                lifetime.ApplicationStopping
            );
            await FollowAsync(http.Response.BodyWriter, LastSeen(http.Request), stop.Token);
        }
        catch (OperationCanceledException)
        {
            // One of the two has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    // The header is the browser's own; a page that opens the feed anew can only write an address.
    private static long? LastSeen(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header
            ? header
            : request.Query["lastEventId"].ToString();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private async Task FollowAsync(PipeWriter output, long? seen, CancellationToken stop)
    {
        // What changes from here on is told; what is now, the page asks for.
        sources.Look();
        while (true)
        {
            var batch = feed.ReadAfter(seen);
            if (batch.HasGap)
            {
                Write(
                    output,
                    batch.LastId,
                    "hello",
                    new HelloView(ProductInfo.Version, feed.StartedAt, time.GetUtcNow()),
                    ApiJson.Default.HelloView
                );
            }

            foreach (var e in batch.Events)
            {
                Write(output, e);
            }

            seen = batch.LastId;
            // A page that does not read holds only itself up here.
            await output.FlushAsync(stop);
            while (!await HappensAsync(batch.LastId, stop))
            {
                sources.Look();
                output.Write(": still here\n\n"u8);
                await output.FlushAsync(stop);
            }
        }
    }

    private async Task<bool> HappensAsync(long after, CancellationToken stop)
    {
        try
        {
            await feed.MoreAfterAsync(after).WaitAsync(Heartbeat, time, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Write(PipeWriter output, FeedEvent e)
    {
        switch (e.Fact)
        {
            case RequestStarted started:
                Write(output, e.Id, "started", InFlightView.Of(started.Request), ApiJson.Default.InFlightView);
                break;
            case RequestProgressed progressed:
                Write(output, e.Id, "progress", InFlightView.Of(progressed.Request), ApiJson.Default.InFlightView);
                break;
            case RequestEnded ended:
                Write(
                    output,
                    e.Id,
                    "ended",
                    RequestView.Of(ended.Record, new AccountNames(accounts.Current)),
                    ApiJson.Default.RequestView
                );
                break;
            case QuotaTold told:
                var quota = QuotaView.Of(quotas.Known(told.Account), time.GetUtcNow());
                Write(output, e.Id, "quota", new QuotaToldView(told.Account, quota), ApiJson.Default.QuotaToldView);
                break;
            case AccountsChanged:
                Write(output, e.Id, "accounts", new ChangedView(), ApiJson.Default.ChangedView);
                break;
            case SettingsChanged:
                Write(output, e.Id, "settings", new ChangedView(), ApiJson.Default.ChangedView);
                break;
            default:
                throw new InvalidOperationException($"Unknown fact {e.Fact.GetType().Name}.");
        }
    }

    private static void Write<T>(PipeWriter output, long id, string name, T data, JsonTypeInfo<T> type)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: {name}\nid: {id}\ndata: "), output);
        using (var json = new Utf8JsonWriter(output, Wire.WriterOptions))
        {
            JsonSerializer.Serialize(json, data, type);
        }

        output.Write("\n\n"u8);
    }
}
