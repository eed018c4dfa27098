using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Records;

namespace CodexProxy.Feed;

/// <summary>Hands on to the feed what other parts tell: the ends of requests, quotas, accounts and settings.</summary>
internal sealed class FeedSources : IDisposable
{
    private readonly LiveFeed _feed;
    private readonly RequestBook _requests;
    private readonly QuotaBook _quotas;
    private readonly AccountDirectory _accounts;
    private readonly OptionsSource _options;
    private readonly BodyRecorder _bodies;

    /// <summary>Begins to listen.</summary>
    public FeedSources(
        LiveFeed feed,
        RequestBook requests,
        QuotaBook quotas,
        AccountDirectory accounts,
        OptionsSource options,
        BodyRecorder bodies
    )
    {
        (_feed, _requests, _quotas) = (feed, requests, quotas);
        (_accounts, _options, _bodies) = (accounts, options, bodies);
        _requests.Added += OnRequest;
        _quotas.Told += OnQuota;
        _accounts.Changed += OnAccounts;
        _options.Replaced += OnSettings;
        _bodies.Changed += OnRecording;
    }

    /// <summary>
    /// Looks whether another process has changed the accounts; what it finds comes as a fact. Without readers nobody asks.
    /// </summary>
    public void Look() => _ = _accounts.Current;

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Added -= OnRequest;
        _quotas.Told -= OnQuota;
        _accounts.Changed -= OnAccounts;
        _options.Replaced -= OnSettings;
        _bodies.Changed -= OnRecording;
    }

    private void OnRequest(RequestRecord record) => _feed.Publish(new RequestEnded(record));

    private void OnQuota(string account) => _feed.Publish(new QuotaTold(account));

    private void OnAccounts() => _feed.Publish(new AccountsChanged());

    private void OnRecording() => _feed.Publish(new SettingsChanged());

    private void OnSettings(ProxyOptions options) => _feed.Publish(new SettingsChanged());
}
