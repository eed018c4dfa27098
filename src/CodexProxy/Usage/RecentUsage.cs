using System.Globalization;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>
/// The requests that this run still remembers, asked as if they were kept: what there is to tell while no store is. Small
/// enough to be read through for every question.
/// </summary>
internal sealed class RecentUsage(RequestBook requests) : IUsageReader
{
    /// <inheritdoc/>
    public Task<RequestPage> ListAsync(RequestQuery query, CancellationToken cancellationToken)
    {
        var all = Ordered().Where(record => Fits(record, query)).ToList();
        var page = all.Where(record => IsAfter(query.Before, record.At, record.RequestId))
            .Take(query.Limit + 1)
            .ToList();
        var shown = page.Take(query.Limit).ToList();
        return Task.FromResult(
            new RequestPage(
                shown,
                page.Count > query.Limit ? new UsageCursor(shown[^1].At, shown[^1].RequestId) : null,
                query.Before is null ? all.Count : null
            )
        );
    }

    /// <inheritdoc/>
    public Task<RequestRecord?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        Task.FromResult(requests.Find(requestId)?.Record);

    /// <inheritdoc/>
    public Task<SessionPage> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken)
    {
        var all = requests
            .Records.Where(record => record.Session is not null)
            .GroupBy(record => record.Session!)
            .Select(session => Summary(session.Key, [.. session]))
            .Where(session =>
                (query.Since is null || session.LastAt >= query.Since)
                && (
                    query.Text is not { } text
                    || session.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase)
                    || session.Project?.Contains(text, StringComparison.OrdinalIgnoreCase) == true
                )
                && IsAfter(query.Before, session.LastAt, session.Id)
            )
            .OrderByDescending(session => session.LastAt)
            .ThenByDescending(session => session.Id, StringComparer.Ordinal)
            .ToList();
        var shown = all.Take(query.Limit).ToList();
        return Task.FromResult(
            new SessionPage(shown, all.Count > shown.Count ? new UsageCursor(shown[^1].LastAt, shown[^1].Id) : null)
        );
    }

    /// <inheritdoc/>
    public Task<SessionStory?> FindSessionAsync(string session, CancellationToken cancellationToken)
    {
        var turns = requests.Records.Where(record => record.Session == session).ToList();
        if (turns.Count == 0)
        {
            return Task.FromResult<SessionStory?>(null);
        }

        var agents = turns
            .GroupBy(record => record.Agent)
            .Select(agent => new AgentSummary(
                agent.Key,
                MostUsed(agent.Select(record => record.Model)),
                MostUsed(agent.Select(record => record.Effort).OfType<string>()),
                agent.Min(record => record.Started),
                agent.Max(record => record.At),
                Sum(agent)
            ))
            .OrderBy(agent => agent.StartedAt)
            .ToList();
        turns.Reverse();
        return Task.FromResult<SessionStory?>(
            new SessionStory(Summary(session, turns), agents, [.. turns.TakeLast(SessionStory.MaxTurns)])
        );
    }

    /// <inheritdoc/>
    public Task<UsageTable> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        var records = requests
            .Records.Where(record =>
                (query.Since is null || record.At >= query.Since)
                && (query.Until is null || record.At < query.Until)
                && (query.Model is null || record.Model == query.Model || record.RequestedModel == query.Model)
                && (query.Account is null || record.Account == query.Account)
            )
            .ToList();
        var rows = records
            .GroupBy(record =>
                (
                    Key: KeyOf(record, query.By, query.Zone),
                    Split: query.Split is { } split ? KeyOf(record, split, query.Zone) : null
                )
            )
            .Select(group => new UsageRow(
                group.Key.Key,
                group.Key.Split,
                query.By == UsageKey.Session ? group.First().Project : null,
                Sum(group)
            ));
        var isTime = query.By is UsageKey.Minute or UsageKey.Hour or UsageKey.Day;
        return Task.FromResult(
            new UsageTable(
                [
                    .. isTime
                        ? rows.OrderBy(row => row.Key, StringComparer.Ordinal)
                        : rows.OrderByDescending(row => row.Sums.Tokens.Input + row.Sums.Tokens.Output),
                ],
                Sum(records)
            )
        );
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestRecord> ReadAllAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    ) =>
        Ordered()
            .Where(record => (since is null || record.At >= since) && (until is null || record.At < until))
            .Reverse()
            .ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<UsageSize> MeasureAsync(CancellationToken cancellationToken)
    {
        var records = requests.Records;
        return Task.FromResult(new UsageSize(records.Count, 0, records.Count > 0 ? records[^1].At : null));
    }

    // The order of cursors: many requests end in the same millisecond, and not in the order in which they are remembered.
    private IEnumerable<RequestRecord> Ordered() =>
        requests
            .Records.OrderByDescending(record => record.At.ToUnixTimeMilliseconds())
            .ThenByDescending(record => record.RequestId, StringComparer.Ordinal);

    private static bool Fits(RequestRecord record, RequestQuery query) =>
        (query.Since is null || record.At >= query.Since)
        && (query.Until is null || record.At < query.Until)
        && (query.Model is null || record.Model == query.Model || record.RequestedModel == query.Model)
        && (query.Session is null || record.Session == query.Session)
        && (query.Agent is null || (record.Agent ?? "") == query.Agent)
        && (query.Account is null || record.Account == query.Account)
        && (query.Client is null || record.Client == query.Client || record.Product == query.Client)
        && (query.Ending is null || record.Ending == query.Ending)
        && (query.Text is not { Length: > 0 } text || Mentions(record, text));

    private static bool Mentions(RequestRecord record, string text) =>
        record.RequestId.StartsWith(text, StringComparison.OrdinalIgnoreCase)
        || record.RequestId.StartsWith("req_" + text, StringComparison.OrdinalIgnoreCase)
        || record.Session?.StartsWith(text, StringComparison.OrdinalIgnoreCase) == true
        || record.Model.Contains(text, StringComparison.OrdinalIgnoreCase)
        || record.RequestedModel.Contains(text, StringComparison.OrdinalIgnoreCase)
        || record.Failure?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    // Cursors are told to the millisecond.
    private static bool IsAfter(UsageCursor? cursor, DateTimeOffset at, string id)
    {
        if (cursor is null)
        {
            return true;
        }

        var order = at.ToUnixTimeMilliseconds().CompareTo(cursor.At.ToUnixTimeMilliseconds());
        return order < 0 || (order == 0 && string.CompareOrdinal(id, cursor.Id) < 0);
    }

    private static SessionSummary Summary(string id, IReadOnlyList<RequestRecord> records)
    {
        var byTime = records.OrderByDescending(record => record.At).ToList();
        return new SessionSummary(
            id,
            byTime.Select(record => record.Project).FirstOrDefault(project => project is not null),
            byTime[0].Client,
            records.Min(record => record.Started),
            byTime[0].At,
            records.Select(record => record.Agent).OfType<string>().Distinct().Count(),
            MostUsed(records.Select(record => record.Model)),
            Sum(records)
        );
    }

    private static IReadOnlyList<string> MostUsed(IEnumerable<string> names) =>
        [.. names.GroupBy(name => name).OrderByDescending(name => name.Count()).Select(name => name.Key)];

    private static string? KeyOf(RequestRecord record, UsageKey by, TimeZoneInfo zone) =>
        by switch
        {
            UsageKey.Minute => Local(record, zone, "yyyy-MM-ddTHH:mm"),
            UsageKey.Hour => Local(record, zone, "yyyy-MM-ddTHH:00"),
            UsageKey.Day => Local(record, zone, "yyyy-MM-dd"),
            UsageKey.Model => record.Model,
            UsageKey.Session => record.Session,
            UsageKey.Project => record.Project,
            UsageKey.Account => record.Account,
            UsageKey.Client => record.Product,
            _ => throw new ArgumentOutOfRangeException(nameof(by)),
        };

    private static string Local(RequestRecord record, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(record.At, zone).ToString(format, CultureInfo.InvariantCulture);

    private static UsageSums Sum(IEnumerable<RequestRecord> records) =>
        records.Aggregate(UsageSums.None, (sums, record) => sums + Of(record));

    private static UsageSums Of(RequestRecord record) =>
        new()
        {
            Requests = 1,
            Failed = record.Ending == RequestEnding.Failed ? 1 : 0,
            Tokens = record.Tokens ?? UsageSums.None.Tokens,
            Resent = record.Cache?.Resent ?? 0,
            Reread = record.Cache is { } cache ? Math.Min(cache.Cached, cache.Resent) : 0,
            Misses = record.Cache?.Outcome == CacheOutcome.Miss ? 1 : 0,
            ToolCalls = record.ToolCalls,
            ToolErrors = record.ToolErrors,
            FirstMs = (long?)record.FirstByte?.TotalMilliseconds ?? 0,
            FirstCount = record.FirstByte is null ? 0 : 1,
            TotalMs = (long)record.Total.TotalMilliseconds,
        };
}
