using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>The tables, and how an older file gets them.</summary>
internal static class SqliteSchema
{
    // One step for each version; a file remembers how many it has seen. Steps are never changed, only added.
    private static readonly string[] Steps =
    [
        // Ordered by time, so that a stretch of time is one stretch of the file. What is not summed up stands apart, because
        // sums read every row in full. Times are milliseconds since 1970.
        """
            CREATE TABLE requests (
                at INTEGER NOT NULL,
                id TEXT NOT NULL,
                started INTEGER NOT NULL,
                face TEXT NOT NULL,
                client TEXT,
                product TEXT,
                session TEXT,
                agent TEXT,
                project TEXT,
                account TEXT,
                requested_model TEXT NOT NULL,
                model TEXT NOT NULL,
                effort TEXT,
                tier TEXT,
                ending TEXT NOT NULL,
                status INTEGER NOT NULL,
                failure TEXT,
                first_ms INTEGER,
                total_ms INTEGER NOT NULL,
                input INTEGER,
                cached INTEGER,
                cache_write INTEGER,
                output INTEGER,
                reasoning INTEGER,
                cache TEXT,
                resent INTEGER,
                reread INTEGER,
                stop_reason TEXT,
                tool_calls INTEGER NOT NULL,
                tool_errors INTEGER NOT NULL,
                PRIMARY KEY (at, id)
            ) WITHOUT ROWID;
            CREATE UNIQUE INDEX requests_id ON requests (id);
            CREATE INDEX requests_session ON requests (session, at) WHERE session IS NOT NULL;
            CREATE TABLE details (
                at INTEGER NOT NULL,
                id TEXT NOT NULL,
                json TEXT NOT NULL,
                PRIMARY KEY (at, id)
            ) WITHOUT ROWID;
            """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>The version of a file; 0 for an empty one.</summary>
    public static int VersionOf(SqliteConnection connection) =>
        Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), null);

    /// <summary>Brings a file up to date. A file that somebody else has begun to change is waited for.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        if (VersionOf(connection) == 0)
        {
            // Only before the first table: freed pages can then be given back.
            Run(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        }

        Run(connection, "PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction(deferred: false);
        for (var version = VersionOf(connection); version < Version; version++)
        {
            Run(connection, Steps[version], transaction);
            Run(connection, $"PRAGMA user_version = {version + 1}", transaction);
        }

        transaction.Commit();
    }

    /// <summary>Runs a fixed statement.</summary>
    public static void Run(SqliteConnection connection, string text, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteStatement(text).On(connection);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    /// <summary>The one value of a fixed statement.</summary>
    public static object? Scalar(SqliteConnection connection, string text)
    {
        using var command = new SqliteStatement(text).On(connection);
        return command.ExecuteScalar();
    }
}
