using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Sqlite;

/// <summary>The statements that read. Each finds its rows by a key or an index, never by looking at the whole file.</summary>
internal static class SqliteQueries
{
    /// <summary>The columns of a record.</summary>
    public const string RecordColumns =
        "r.at, r.id, r.started, r.face, r.client, r.product, r.session, r.agent, r.project, r.account, "
        + "r.requested_model, r.model, r.effort, r.tier, r.ending, r.status, r.failure, r.total_ms, r.first_ms, "
        + "r.stop_reason, r.input, r.cached, r.cache_write, r.output, r.reasoning, r.cache, r.resent, r.reread, "
        + "r.tool_calls, r.tool_errors, d.json";

    /// <summary>The columns of sums.</summary>
    public const string SumColumns =
        "count(*), sum(r.ending = 'failed'), sum(r.input), sum(r.cached), sum(r.cache_write), sum(r.output), "
        + "sum(r.reasoning), sum(r.resent), sum(r.reread), sum(r.cache = 'miss'), sum(r.tool_calls), "
        + "sum(r.tool_errors), sum(r.first_ms), count(r.first_ms), sum(r.total_ms)";

    private const string RecordRows =
        $"SELECT {RecordColumns} FROM requests r JOIN details d ON d.at = r.at AND d.id = r.id";

    // A lower bound makes every list a search for a stretch of the file.
    private const string Within = " WHERE r.at >= $since";

    /// <summary>A page of requests, one more than asked for: it tells whether there is another page.</summary>
    public static SqliteStatement List(RequestQuery query) =>
        Filter(new SqliteStatement(RecordRows), query)
            .Where(" AND (r.at, r.id) < ($before, $beforeId)", "$before", Milliseconds(query.Before?.At))
            .Where("", "$beforeId", query.Before?.Id)
            .Then(" ORDER BY r.at DESC, r.id DESC LIMIT $limit")
            .With("$limit", Math.Clamp(query.Limit, 1, RequestQuery.MaxLimit) + 1);

    /// <summary>How many requests there are on all pages.</summary>
    public static SqliteStatement Count(RequestQuery query) =>
        Filter(new SqliteStatement("SELECT count(*) FROM requests r"), query);

    /// <summary>One request.</summary>
    public static SqliteStatement Find(string id) =>
        new SqliteStatement(RecordRows + " WHERE r.id = $id").With("$id", id);

    /// <summary>The next requests of a stretch of time, oldest first.</summary>
    public static SqliteStatement Next(DateTimeOffset? since, DateTimeOffset? until, UsageCursor? after, int limit) =>
        new SqliteStatement(RecordRows + Within)
            .With("$since", Milliseconds(since) ?? 0)
            .Where(" AND r.at < $until", "$until", Milliseconds(until))
            .Where(" AND (r.at, r.id) > ($after, $afterId)", "$after", Milliseconds(after?.At))
            .Where("", "$afterId", after?.Id)
            .Then(" ORDER BY r.at, r.id LIMIT $limit")
            .With("$limit", limit);

    /// <summary>The last requests of a session.</summary>
    public static SqliteStatement Turns(string session) =>
        new SqliteStatement(RecordRows + " WHERE r.session = $session ORDER BY r.at DESC, r.id DESC LIMIT $limit")
            .With("$session", session)
            .With("$limit", SessionStory.MaxTurns);

    /// <summary>Ids and last times of a page of sessions, one more than asked for.</summary>
    public static SqliteStatement Sessions(SessionQuery query)
    {
        var statement = new SqliteStatement(
            "SELECT r.session, max(r.at) AS last FROM requests r WHERE r.session IS NOT NULL"
        );
        statement.Where(
            " AND (substr(r.session, 1, length($text)) = $text OR r.session IN "
                + "(SELECT p.session FROM requests p WHERE instr(lower(p.project), lower($text)) > 0))",
            "$text",
            query.Text
        );
        return statement
            .Then(" GROUP BY r.session HAVING last >= $since")
            .With("$since", Milliseconds(query.Since) ?? 0)
            .Where(" AND (last, r.session) < ($before, $beforeId)", "$before", Milliseconds(query.Before?.At))
            .Where("", "$beforeId", query.Before?.Id)
            .Then(" ORDER BY last DESC, r.session DESC LIMIT $limit")
            .With("$limit", Math.Clamp(query.Limit, 1, SessionQuery.MaxLimit) + 1);
    }

    /// <summary>The parts of a session.</summary>
    public static SqliteStatement Parts(string session) =>
        new SqliteStatement(
            $"SELECT r.agent, r.model, r.effort, min(r.started), max(r.at), {SumColumns} FROM requests r "
                + "WHERE r.session = $session GROUP BY r.agent, r.model, r.effort"
        ).With("$session", session);

    /// <summary>The last project of a session.</summary>
    public static SqliteStatement Project(string session) =>
        new SqliteStatement(
            "SELECT r.project FROM requests r WHERE r.session = $session AND r.project IS NOT NULL ORDER BY r.at DESC LIMIT 1"
        ).With("$session", session);

    /// <summary>The last client of a session.</summary>
    public static SqliteStatement Client(string session) =>
        new SqliteStatement(
            "SELECT r.client FROM requests r WHERE r.session = $session AND r.client IS NOT NULL ORDER BY r.at DESC LIMIT 1"
        ).With("$session", session);

    /// <summary>Sums by name or stretch of time.</summary>
    public static SqliteStatement Sums(UsageQuery query)
    {
        var stretch = UsageFold.Stretch(query.By);
        var statement = new SqliteStatement("SELECT ")
            .Then(stretch is null ? Column(query.By) : "r.at / $stretch")
            .Then(" AS name, ")
            .Then(query.Split is { } split ? Column(split) : "NULL")
            .Then(" AS part, ")
            .Then(query.By == UsageKey.Session ? "max(r.project)" : "NULL")
            .Then($", {SumColumns} FROM requests r{Within}")
            .With("$since", Milliseconds(query.Since) ?? 0);
        return statement
            .Where("", "$stretch", (long?)stretch?.TotalMilliseconds)
            .Where(" AND r.at < $until", "$until", Milliseconds(query.Until))
            .Where(" AND (r.model = $model OR r.requested_model = $model)", "$model", query.Model)
            .Where(" AND r.account = $account", "$account", query.Account)
            .Then(" GROUP BY name, part");
    }

    private static SqliteStatement Filter(SqliteStatement statement, RequestQuery query)
    {
        statement.Then(Within).With("$since", Milliseconds(query.Since) ?? 0);
        if (query.Agent is { } agent)
        {
            statement.Then(" AND r.agent IS $agent").With("$agent", agent.Length == 0 ? null : agent);
        }

        return statement
            .Where(" AND r.at < $until", "$until", Milliseconds(query.Until))
            .Where(" AND (r.model = $model OR r.requested_model = $model)", "$model", query.Model)
            .Where(" AND r.session = $session", "$session", query.Session)
            .Where(" AND r.account = $account", "$account", query.Account)
            .Where(" AND (r.product = $client OR r.client = $client)", "$client", query.Client)
            .Where(
                " AND r.ending = $ending",
                "$ending",
                query.Ending is { } ending ? RecordWords<RequestEnding>.Of(ending) : null
            )
            .Where(
                " AND (substr(r.id, 1, length($text)) = $text OR substr(r.id, 1, 4 + length($text)) = 'req_' || $text "
                    + "OR substr(r.session, 1, length($text)) = $text "
                    + "OR instr(lower(r.model), lower($text)) > 0 OR instr(lower(r.requested_model), lower($text)) > 0 "
                    + "OR instr(lower(r.failure), lower($text)) > 0)",
                "$text",
                query.Text
            );
    }

    private static string Column(UsageKey key) =>
        key switch
        {
            UsageKey.Model => "r.model",
            UsageKey.Session => "r.session",
            UsageKey.Project => "r.project",
            UsageKey.Account => "r.account",
            UsageKey.Client => "r.product",
            _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Times are no names."),
        };

    private static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();
}
