using System.Runtime.CompilerServices;
using CodexProxy.Records;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>
/// Reads the file beside whoever writes it. Every question has a connection of its own, so that nothing is held open between
/// them: neither the file nor a view of its past.
/// </summary>
/// <param name="path">The file.</param>
internal class SqliteUsageReader(string path) : IUsageReader
{
    // Between two parts of a long reading the writer can clean up.
    private const int PartLength = 1000;

    /// <summary>The file.</summary>
    protected string FilePath => path;

    /// <inheritdoc/>
    public Task<RequestPage> ListAsync(RequestQuery query, CancellationToken cancellationToken) =>
        AskAsync(
            connection =>
            {
                var records = All(connection, SqliteQueries.List(query), SqliteRows.Record);
                var total = query.Before is null
                    ? All(connection, SqliteQueries.Count(query), row => row.GetInt64(0))[0]
                    : (long?)null;
                var limit = Math.Clamp(query.Limit, 1, RequestQuery.MaxLimit);
                var page = records.Count > limit ? records[..limit] : records;
                var next = records.Count > limit ? new UsageCursor(page[^1].At, page[^1].RequestId) : null;
                return new RequestPage(page, next, total);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<RequestRecord?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        AskAsync(
            connection => All(connection, SqliteQueries.Find(requestId), SqliteRows.Record).FirstOrDefault(),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<SessionPage> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        AskAsync(
            connection =>
            {
                var found = All(
                    connection,
                    SqliteQueries.Sessions(query),
                    row => new UsageCursor(SqliteRows.Time(row.GetInt64(1)), row.GetString(0))
                );
                var limit = Math.Clamp(query.Limit, 1, SessionQuery.MaxLimit);
                var page = found.Count > limit ? found[..limit] : found;
                return new SessionPage(
                    [.. page.Select(session => Whole(connection, session.Id, Parts(connection, session.Id)))],
                    found.Count > limit ? page[^1] : null
                );
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<SessionStory?> FindSessionAsync(string session, CancellationToken cancellationToken) =>
        AskAsync(
            connection =>
            {
                var parts = Parts(connection, session);
                if (parts.Count == 0)
                {
                    return null;
                }

                var turns = All(connection, SqliteQueries.Turns(session), SqliteRows.Record);
                turns.Reverse();
                return new SessionStory(Whole(connection, session, parts), SessionFold.Agents(parts), turns);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<UsageTable> SumAsync(UsageQuery query, CancellationToken cancellationToken) =>
        AskAsync(
            connection =>
            {
                var isTime = UsageFold.Stretch(query.By) is not null;
                return UsageFold.Table(
                    query,
                    All(
                        connection,
                        SqliteQueries.Sums(query),
                        row => new UsagePart(
                            isTime ? null : SqliteRows.Text(row, 0),
                            isTime ? row.GetInt64(0) : 0,
                            SqliteRows.Text(row, 1),
                            SqliteRows.Text(row, 2),
                            SqliteRows.Sums(row, 3)
                        )
                    )
                );
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<RequestRecord> ReadAllAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        UsageCursor? after = null;
        while (true)
        {
            var part = await AskAsync(
                connection => All(connection, SqliteQueries.Next(since, until, after, PartLength), SqliteRows.Record),
                cancellationToken
            );
            foreach (var record in part)
            {
                yield return record;
            }

            if (part.Count < PartLength)
            {
                yield break;
            }

            after = new UsageCursor(part[^1].At, part[^1].RequestId);
        }
    }

    /// <inheritdoc/>
    public Task<UsageSize> MeasureAsync(CancellationToken cancellationToken) =>
        AskAsync(
            connection =>
            {
                var oldest = All(
                    connection,
                    new SqliteStatement("SELECT min(at), count(*) FROM requests"),
                    row => (At: SqliteRows.Number(row, 0), Count: row.GetInt64(1))
                )[0];
                return new UsageSize(
                    oldest.Count,
                    SqliteUsageStore.UsedBytes(connection),
                    oldest.At is { } at ? SqliteRows.Time(at) : null
                );
            },
            cancellationToken
        );

    private static List<SessionPart> Parts(SqliteConnection connection, string session) =>
        All(
            connection,
            SqliteQueries.Parts(session),
            row => new SessionPart(
                SqliteRows.Text(row, 0),
                row.GetString(1),
                SqliteRows.Text(row, 2),
                SqliteRows.Time(row.GetInt64(3)),
                SqliteRows.Time(row.GetInt64(4)),
                SqliteRows.Sums(row, 5)
            )
        );

    private static SessionSummary Whole(SqliteConnection connection, string session, List<SessionPart> parts) =>
        SessionFold.Whole(
            session,
            All(connection, SqliteQueries.Project(session), row => row.GetString(0)).FirstOrDefault(),
            All(connection, SqliteQueries.Client(session), row => row.GetString(0)).FirstOrDefault(),
            parts
        );

    private static List<T> All<T>(
        SqliteConnection connection,
        SqliteStatement statement,
        Func<SqliteDataReader, T> read
    )
    {
        using var command = statement.On(connection);
        using var rows = command.ExecuteReader();
        var all = new List<T>();
        while (rows.Read())
        {
            all.Add(read(rows));
        }

        return all;
    }

    // One view of the file for all statements of a question.
    private Task<T> AskAsync<T>(Func<SqliteConnection, T> ask, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
                SqliteFault.Guard(
                    path,
                    () =>
                    {
                        using var connection = SqliteStorage.Connect(path, SqliteOpenMode.ReadOnly);
                        // Sums over a long time are put in order in memory, not in a file.
                        SqliteSchema.Run(connection, "PRAGMA temp_store = MEMORY");
                        SqliteSchema.Run(connection, "PRAGMA cache_size = -65536");
                        SqliteSchema.Run(connection, "PRAGMA mmap_size = 268435456");
                        using var view = connection.BeginTransaction(deferred: true);
                        return ask(connection);
                    }
                ),
            cancellationToken
        );
}
