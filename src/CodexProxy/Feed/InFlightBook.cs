using System.Collections.Concurrent;

namespace CodexProxy.Feed;

/// <summary>The requests that are being served now.</summary>
internal sealed class InFlightBook(LiveFeed feed)
{
    private readonly ConcurrentDictionary<LiveRequest, bool> _requests = new();

    /// <summary>All of them as they are now, oldest first.</summary>
    public IReadOnlyList<InFlight> Now =>
        [.. _requests.Keys.Select(request => request.Now).OrderBy(request => request.StartedAt)];

    /// <summary>A request begins; it ends when what is returned is disposed.</summary>
    public LiveRequest Begin(InFlight first)
    {
        var request = new LiveRequest(first, feed, ended => _requests.TryRemove(ended, out _));
        _requests[request] = true;
        feed.Publish(new RequestStarted(first));
        return request;
    }
}
