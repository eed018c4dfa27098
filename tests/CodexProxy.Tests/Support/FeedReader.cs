using System.Net.ServerSentEvents;
using System.Text.Json;

namespace CodexProxy.Tests.Support;

/// <summary>Reads the dashboard's feed, one event after the other.</summary>
internal sealed class FeedReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private FeedReader(HttpResponseMessage response, Stream stream, CancellationToken cancellation)
    {
        _response = response;
        Parser = SseParser.Create(stream);
        _events = Parser.EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
    }

    public SseParser<string> Parser { get; }

    public static async Task<FeedReader> OpenAsync(
        DashboardBrowser browser,
        CancellationToken cancellation,
        string? last = null
    )
    {
        var response = last is null
            ? await browser.SendAsync(HttpMethod.Get, "/api/feed")
            : await browser.SendAsync(
                HttpMethod.Get,
                "/api/feed",
                null,
                ("Last-Event-ID", last),
                ("Sec-Fetch-Site", "same-origin")
            );
        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        return new FeedReader(response, await response.Content.ReadAsStreamAsync(cancellation), cancellation);
    }

    /// <summary>The next event; null when the feed has ended.</summary>
    public async Task<(string Name, string Id, JsonElement Data)?> NextAsync()
    {
        if (!await _events.MoveNextAsync())
        {
            return null;
        }

        var item = _events.Current;
        using var document = JsonDocument.Parse(item.Data);
        return (item.EventType, item.EventId!, document.RootElement.Clone());
    }

    /// <summary>The next event of a name.</summary>
    public async Task<(string Id, JsonElement Data)> NextAsync(string name)
    {
        while (await NextAsync() is { } e)
        {
            if (e.Name == name)
            {
                return (e.Id, e.Data);
            }
        }

        throw new InvalidOperationException($"The feed ended before {name}.");
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _events.DisposeAsync();
    }
}
