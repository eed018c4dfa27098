using CodexProxy.Records;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>Reads what the statements of <see cref="SqliteQueries"/> give.</summary>
internal static class SqliteRows
{
    /// <summary>A record out of the columns of <see cref="SqliteQueries.RecordColumns"/>.</summary>
    public static RequestRecord Record(SqliteDataReader row)
    {
        var first = Number(row, 18);
        var input = Number(row, 20);
        return RecordDetail.Complete(
            row.GetString(30),
            new RequestRecord
            {
                At = Time(row.GetInt64(0)),
                RequestId = row.GetString(1),
                Started = Time(row.GetInt64(2)),
                Face = RecordWords<RequestFace>.Read(row.GetString(3)) ?? RequestFace.Messages,
                Client = Text(row, 4),
                Session = Text(row, 6),
                Agent = Text(row, 7),
                Project = Text(row, 8),
                Account = Text(row, 9),
                RequestedModel = row.GetString(10),
                UpstreamModel = "",
                Effort = Text(row, 12),
                Tier = Text(row, 13),
                Streamed = false,
                Ending = RecordWords<RequestEnding>.Read(row.GetString(14)) ?? RequestEnding.Failed,
                Status = row.GetInt32(15),
                Failure = Text(row, 16),
                Attempts = [],
                Total = TimeSpan.FromMilliseconds(row.GetInt64(17)),
                FirstByte = first is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
                StopReason = Text(row, 19),
                Tokens = input is { } known
                    ? new TokenCounts(known, row.GetInt64(21), row.GetInt64(22), row.GetInt64(23), row.GetInt64(24))
                    : null,
                ToolCalls = row.GetInt32(28),
                ToolErrors = row.GetInt32(29),
                Losses = [],
            },
            RecordWords<CacheOutcome>.Read(Text(row, 25)),
            Number(row, 26) ?? 0
        );
    }

    /// <summary>Sums out of the columns of <see cref="SqliteQueries.SumColumns"/>.</summary>
    public static UsageSums Sums(SqliteDataReader row, int from) =>
        new()
        {
            Requests = Sum(row, from),
            Failed = Sum(row, from + 1),
            Tokens = new TokenCounts(
                Sum(row, from + 2),
                Sum(row, from + 3),
                Sum(row, from + 4),
                Sum(row, from + 5),
                Sum(row, from + 6)
            ),
            Resent = Sum(row, from + 7),
            Reread = Sum(row, from + 8),
            Misses = Sum(row, from + 9),
            ToolCalls = Sum(row, from + 10),
            ToolErrors = Sum(row, from + 11),
            FirstMs = Sum(row, from + 12),
            FirstCount = Sum(row, from + 13),
            TotalMs = Sum(row, from + 14),
        };

    /// <summary>A text; null where there is none.</summary>
    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A number; null where there is none.</summary>
    public static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>A time out of its milliseconds.</summary>
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // The sum over no values is no value.
    private static long Sum(SqliteDataReader row, int column) => Number(row, column) ?? 0;
}
