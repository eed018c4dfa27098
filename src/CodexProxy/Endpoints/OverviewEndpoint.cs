using System.Globalization;
using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Usage;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary><c>GET /api/overview</c>: how the gateway is doing, on one page.</summary>
internal sealed class OverviewEndpoint(
    AccountDirectory accounts,
    QuotaBook quotas,
    InFlightBook inFlight,
    LiveFeed feed,
    UsageSource usage,
    SettingsPage settings,
    OptionsSource options,
    TimeProvider time
)
{
    private const int Minutes = 60;

    /// <summary>Answers.</summary>
    public async Task<IResult> ServeAsync(HttpContext http)
    {
        ManagementGuard.Require(http);
        var now = time.GetUtcNow();
        var snapshot = accounts.Current;
        var failure = accounts.Peek() as CredentialFailure;
        var (minutes, today, size) = await usage.AskAnywayAsync(
            async reader =>
                (
                    await PerMinuteAsync(reader, now, http.RequestAborted),
                    await TodayAsync(reader, http.RequestAborted),
                    await reader.MeasureAsync(http.RequestAborted)
                ),
            http.RequestAborted
        );
        var state = usage.State;
        return AccountsEndpoints.Json(
            new OverviewView
            {
                Version = ProductInfo.Version,
                StartedAt = feed.StartedAt,
                Now = now,
                Address = ReachableAddress.Of(options.Current.Server, http.Connection.LocalPort),
                Home = settings.Shown(options.Current.Home),
                SignedIn = failure is null,
                Problem = failure?.Message,
                Cure = Cure(failure),
                Accounts = snapshot.All.Count,
                Account = snapshot.Active is { } active ? AccountView.Of(active, snapshot, quotas, now) : null,
                InFlight = [.. inFlight.Now.Select(InFlightView.Of)],
                PerMinute = minutes,
                Today = today,
                Store = new StoreView(
                    state.Kind.ToString().ToLowerInvariant(),
                    state.Problem,
                    size.Records,
                    size.Bytes,
                    state.Dropped
                ),
            },
            ApiJson.Default.OverviewView
        );
    }

    private static string? Cure(CredentialFailure? failure) =>
        failure is null ? null
        : failure.Kind == CredentialFailureKind.Unavailable ? "It is tried again at the next request."
        : "Add an account on the page Accounts.";

    private static async Task<IReadOnlyList<MinuteView>> PerMinuteAsync(
        IUsageReader reader,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var last = now.ToUnixTimeSeconds() / 60;
        var first = last - Minutes + 1;
        var table = await reader.SumAsync(
            new UsageQuery(UsageKey.Minute, TimeZoneInfo.Utc) { Since = At(first) },
            cancellationToken
        );
        var sums = table.Rows.ToDictionary(row => row.Key ?? "", row => row.Sums);
        return
        [
            .. Enumerable
                .Range(0, Minutes)
                .Select(minute => At(first + minute))
                .Select(at =>
                {
                    var key = at.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
                    var (tokens, requests) = sums.TryGetValue(key, out var known)
                        ? (known.Tokens, known.Requests)
                        : (UsageSums.None.Tokens, 0);
                    return new MinuteView(at, tokens.Input, tokens.Cached, tokens.Output, requests);
                }),
        ];
    }

    private async Task<TodayView> TodayAsync(IUsageReader reader, CancellationToken cancellationToken)
    {
        var local = time.GetLocalNow().Date;
        var since = new DateTimeOffset(local, time.LocalTimeZone.GetUtcOffset(local)).ToUniversalTime();
        var table = await reader.SumAsync(
            new UsageQuery(UsageKey.Model, time.LocalTimeZone) { Since = since },
            cancellationToken
        );
        return new TodayView(
            since,
            table.Total.Requests,
            table.Total.Failed,
            table.Total.Tokens,
            table.Total.HitRatio,
            [
                .. table.Rows.Select(row => new ModelUseView(
                    row.Key ?? "",
                    row.Sums.Requests,
                    row.Sums.Failed,
                    row.Sums.Tokens
                )),
            ]
        );
    }

    private static DateTimeOffset At(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);
}
