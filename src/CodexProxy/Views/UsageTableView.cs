using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Views;

/// <summary>Sums of requests.</summary>
/// <param name="By">By what: <c>hour</c>, <c>day</c>, <c>model</c>, <c>session</c>, <c>project</c>, <c>account</c> or <c>client</c>.</param>
/// <param name="Split">By what each row is split further.</param>
/// <param name="Since">From then on.</param>
/// <param name="Until">Before then.</param>
/// <param name="Zone">Zone of local times.</param>
/// <param name="Rows">Times oldest first; names by their tokens, the most first.</param>
/// <param name="Total">Over all rows, those that are left out included.</param>
/// <param name="LeftOut">Rows of names that are left out because too many have more tokens.</param>
internal sealed record UsageTableView(
    string By,
    string? Split,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string Zone,
    IReadOnlyList<UsageRowView> Rows,
    UsageTotalView Total,
    int LeftOut
)
{
    /// <summary>Names shown at most: nobody reads more, and each session is one.</summary>
    public const int MaxNames = 500;

    public static UsageTableView Of(UsageTable table, UsageQuery query, AccountNames names) =>
        new(
            Word(query.By),
            query.Split is { } split ? Word(split) : null,
            query.Since,
            query.Until,
            query.Zone.Id,
            [.. table.Rows.Take(Shown(table, query)).Select(row => UsageRowView.Of(row, query, names))],
            new UsageTotalView(table.Total.Requests, table.Total.Failed, table.Total.Tokens),
            table.Rows.Count - Shown(table, query)
        );

    private static int Shown(UsageTable table, UsageQuery query) =>
        query.By is UsageKey.Minute or UsageKey.Hour or UsageKey.Day
            ? table.Rows.Count
            : Math.Min(table.Rows.Count, MaxNames);

    private static string Word(UsageKey key) => key.ToString().ToLowerInvariant();
}

/// <summary>One row of sums.</summary>
/// <param name="Key">The time or the name; absent for requests that have none.</param>
/// <param name="Split">By what it is split.</param>
/// <param name="Label">A name for people where the key is none: a session's project, an account's address.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="FirstMsMean">Mean milliseconds to the first event.</param>
/// <param name="TotalMsMean">Mean milliseconds to the end.</param>
internal sealed record UsageRowView(
    string? Key,
    string? Split,
    string? Label,
    long Requests,
    long Failed,
    TokenCounts Tokens,
    double? FirstMsMean,
    double TotalMsMean
)
{
    public static UsageRowView Of(UsageRow row, UsageQuery query, AccountNames names) =>
        new(
            row.Key,
            query.Split == UsageKey.Account ? names.Of(row.Split) ?? row.Split : row.Split,
            query.By == UsageKey.Account ? names.Of(row.Key) : row.Label,
            row.Sums.Requests,
            row.Sums.Failed,
            row.Sums.Tokens,
            row.Sums.FirstMsMean is { } first ? Math.Round(first) : null,
            Math.Round(row.Sums.TotalMsMean)
        );
}

/// <summary>Sums over everything.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Tokens">Their tokens.</param>
internal sealed record UsageTotalView(long Requests, long Failed, TokenCounts Tokens);
