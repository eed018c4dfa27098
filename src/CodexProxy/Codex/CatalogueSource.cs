using System.Net;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;

namespace CodexProxy.Codex;

/// <summary>
/// The model catalogue: the last live one, else the one kept on disk, else the built-in table. Reading it never waits for
/// the upstream; it is refreshed behind the reader when it is five minutes old or when an answer names another version.
/// </summary>
internal sealed partial class CatalogueSource(
    UpstreamConnections connections,
    AccountDirectory accounts,
    OptionsSource options,
    CatalogueFile file,
    TimeProvider timeProvider,
    ILogger<CatalogueSource> logger
) : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly CancellationTokenSource _stopping = new();
    private volatile CatalogueState _state = CatalogueState.Embedded;
    private volatile Task _behind = Task.CompletedTask;
    private volatile bool _isLive;
    private int _refreshing;

    /// <summary>The catalogue to use now.</summary>
    public ModelCatalogue Current => _state.Catalogue;

    /// <summary>Whether <see cref="Current"/> came from the backend, now or in an earlier run.</summary>
    public bool IsKept => _state != CatalogueState.Embedded;

    /// <summary>Where <see cref="Current"/> came from: <c>live</c>, <c>kept</c> (on disk, from an earlier run) or <c>built-in</c>.</summary>
    public string Source =>
        _isLive ? "live"
        : IsKept ? "kept"
        : "built-in";

    /// <summary>Takes over what an earlier run kept on disk. A file that cannot be read is left alone and replaced later.</summary>
    public void Load()
    {
        if (file.Read() is not { } kept)
        {
            return;
        }

        try
        {
            _state = new CatalogueState(ModelCatalogue.Parse(kept.Body), kept.ETag, kept.FetchedAt);
        }
        catch (JsonException exception)
        {
            LogUnreadable(exception.Message);
        }
    }

    /// <summary>Starts a refresh if the catalogue is old. Returns at once.</summary>
    public void RefreshIfOld()
    {
        // One from the future was fetched by a clock that was wrong.
        if ((timeProvider.GetUtcNow() - _state.FetchedAt).Duration() >= Lifetime)
        {
            StartRefresh();
        }
    }

    /// <summary>An answer named the catalogue's current version: renew ours, or fetch the other.</summary>
    public void Notice(string? etag)
    {
        if (etag is null)
        {
            return;
        }

        var state = _state;
        if (state.ETag == etag)
        {
            _state = state with { FetchedAt = timeProvider.GetUtcNow() };
        }
        else
        {
            StartRefresh();
        }
    }

    /// <summary>Fetches the catalogue now.</summary>
    /// <returns>Whether a live catalogue was taken over.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        if (await accounts.GetAsync(cancellationToken) is not Credential credential)
        {
            return false;
        }

        var current = options.Current;
        var url = new Uri($"{current.Upstream.Models}?client_version={current.Upstream.ClientVersion}");
        using var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        CodexHeaders.Identify(request.Headers, credential, current);
        request.Headers.TryAddWithoutValidation("accept", "*/*");
        using var response = await connections.Pooled.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            LogRefused((int)response.StatusCode);
            return false;
        }

        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var fetched = new CatalogueState(
            ModelCatalogue.Parse(body),
            response.Headers.ETag?.ToString(),
            timeProvider.GetUtcNow()
        );
        _state = fetched;
        _isLive = true;
        file.Write(new KeptCatalogue(fetched.FetchedAt, fetched.ETag, current.Upstream.ClientVersion, body));
        LogFetched(fetched.Catalogue.Models.Count);
        return true;
    }

    /// <summary>Ends a refresh that is under way, so that nothing is written after the program has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _behind;
        _stopping.Dispose();
    }

    private void StartRefresh()
    {
        if (!_stopping.IsCancellationRequested && Interlocked.Exchange(ref _refreshing, 1) == 0)
        {
            _behind = RefreshBehindAsync();
        }
    }

    private async Task RefreshBehindAsync()
    {
        // The caller goes on at once; only this task waits.
        await Task.Yield();
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            if (!await RefreshAsync(stop.Token))
            {
                RememberTry();
            }
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            RememberTry();
            LogFailed(exception.GetType().Name);
        }
        finally
        {
            Volatile.Write(ref _refreshing, 0);
        }
    }

    // A failed refresh is not repeated by every request: the old catalogue serves for another lifetime.
    private void RememberTry() => _state = _state with { FetchedAt = timeProvider.GetUtcNow() };

    private sealed record CatalogueState(ModelCatalogue Catalogue, string? ETag, DateTimeOffset FetchedAt)
    {
        public static CatalogueState Embedded { get; } = new(ModelCatalogue.Embedded, null, DateTimeOffset.MinValue);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The kept model catalogue could not be read: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model catalogue was refused with status {Status}.")]
    private partial void LogRefused(int status);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Fetched a model catalogue with {Count} models.")]
    private partial void LogFetched(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model catalogue could not be fetched ({Reason}).")]
    private partial void LogFailed(string reason);
}
