using CodexProxy.Records;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>The two statements that add a record, made once for a connection.</summary>
internal sealed class SqliteInsert : IDisposable
{
    private static readonly string[] Columns =
    [
        "at",
        "id",
        "started",
        "face",
        "client",
        "product",
        "session",
        "agent",
        "project",
        "account",
        "requested_model",
        "model",
        "effort",
        "tier",
        "ending",
        "status",
        "failure",
        "first_ms",
        "total_ms",
        "input",
        "cached",
        "cache_write",
        "output",
        "reasoning",
        "cache",
        "resent",
        "reread",
        "stop_reason",
        "tool_calls",
        "tool_errors",
    ];

    private readonly SqliteCommand _request;
    private readonly SqliteCommand _detail;

    public SqliteInsert(SqliteConnection connection)
    {
        _request = Statement("requests", Columns).On(connection);
        _detail = Statement("details", ["at", "id", "json"]).On(connection);
    }

    /// <summary>Adds a record, unless it is there.</summary>
    public void Add(RequestRecord record, SqliteTransaction transaction)
    {
        var at = record.At.ToUnixTimeMilliseconds();
        var tokens = record.Tokens;
        var cache = record.Cache;
        Set(
            _request,
            transaction,
            at,
            record.RequestId,
            record.Started.ToUnixTimeMilliseconds(),
            RecordWords<RequestFace>.Of(record.Face),
            record.Client,
            record.Product,
            record.Session,
            record.Agent,
            record.Project,
            record.Account,
            record.RequestedModel,
            record.Model,
            record.Effort,
            record.Tier,
            RecordWords<RequestEnding>.Of(record.Ending),
            record.Status,
            record.Failure,
            (long?)record.FirstByte?.TotalMilliseconds,
            (long)record.Total.TotalMilliseconds,
            tokens?.Input,
            tokens?.Cached,
            tokens?.CacheWrite,
            tokens?.Output,
            tokens?.Reasoning,
            cache is null ? null : RecordWords<CacheOutcome>.Of(cache.Outcome),
            cache?.Resent,
            cache is null ? null : Math.Min(cache.Cached, cache.Resent),
            record.StopReason,
            record.ToolCalls,
            record.ToolErrors
        );
        if (_request.ExecuteNonQuery() == 0)
        {
            return;
        }

        Set(_detail, transaction, at, record.RequestId, RecordDetail.Write(record));
        _detail.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _detail.Dispose();
    }

    private static SqliteStatement Statement(string table, string[] columns)
    {
        var statement = new SqliteStatement(
            $"INSERT OR IGNORE INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "$" + column))})"
        );
        foreach (var column in columns)
        {
            statement.With("$" + column, null);
        }

        return statement;
    }

    private static void Set(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
