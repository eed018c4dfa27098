using CodexProxy.Records;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>Writes the file, over one connection that stays open.</summary>
internal sealed class SqliteUsageStore : SqliteUsageReader, IUsageStore
{
    // Each step forgets a tenth, so this many leave next to nothing.
    private const int MostSteps = 60;

    private readonly SqliteConnection _connection;
    private readonly SqliteInsert _insert;

    /// <param name="path">The file.</param>
    /// <param name="connection">Its connection, which becomes this object's own.</param>
    public SqliteUsageStore(string path, SqliteConnection connection)
        : base(path)
    {
        _connection = connection;
        _insert = new SqliteInsert(connection);
    }

    /// <summary>Bytes of the file that hold something.</summary>
    public static long UsedBytes(SqliteConnection connection) =>
        (Pragma(connection, "PRAGMA page_count") - Pragma(connection, "PRAGMA freelist_count"))
        * Pragma(connection, "PRAGMA page_size");

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<RequestRecord> records, CancellationToken cancellationToken) =>
        Task.FromResult(
            SqliteFault.Guard(
                FilePath,
                () =>
                {
                    // The system would go on to write into a file that nobody can find any more.
                    if (!File.Exists(FilePath))
                    {
                        throw new UsageStoreException(UsageFault.Gone, $"{FilePath} was removed.");
                    }

                    // Taken at once: a transaction that begins to write later cannot wait for others.
                    using var transaction = _connection.BeginTransaction(deferred: false);
                    foreach (var record in records)
                    {
                        _insert.Add(record, transaction);
                    }

                    transaction.Commit();
                    return records.Count;
                }
            )
        );

    /// <inheritdoc/>
    public Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(SqliteFault.Guard(FilePath, () => GiveBack(Forget(before.ToUnixTimeMilliseconds()))));

    /// <inheritdoc/>
    public Task<long> ShrinkAsync(long bytes, CancellationToken cancellationToken) =>
        Task.FromResult(
            SqliteFault.Guard(
                FilePath,
                () =>
                {
                    long forgotten = 0;
                    for (var step = 0; step < MostSteps && UsedBytes(_connection) > bytes; step++)
                    {
                        var before = Tenth();
                        if (before is null)
                        {
                            break;
                        }

                        cancellationToken.ThrowIfCancellationRequested();
                        forgotten += Forget(before.Value);
                    }

                    return GiveBack(forgotten);
                }
            )
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _insert.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static long Pragma(SqliteConnection connection, string text) =>
        Convert.ToInt64(SqliteSchema.Scalar(connection, text), null);

    // The time up to which the oldest tenth goes; null when nothing is left.
    private long? Tenth() =>
        SqliteSchema.Scalar(
            _connection,
            "SELECT at + 1 FROM requests ORDER BY at, id LIMIT 1 OFFSET (SELECT count(*) / 10 FROM requests)"
        ) as long?;

    private long Forget(long before)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        Delete("DELETE FROM details WHERE at < $before", before, transaction);
        var forgotten = Delete("DELETE FROM requests WHERE at < $before", before, transaction);
        transaction.Commit();
        return forgotten;
    }

    private int Delete(string text, long before, SqliteTransaction transaction)
    {
        using var command = new SqliteStatement(text).With("$before", before).On(_connection);
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }

    // The file becomes smaller, not only emptier.
    private long GiveBack(long forgotten)
    {
        if (forgotten > 0)
        {
            SqliteSchema.Run(_connection, "PRAGMA incremental_vacuum");
            SqliteSchema.Run(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return forgotten;
    }
}
