using System.Globalization;
using CodexProxy.Accounts;
using CodexProxy.Protocol.Errors;
using CodexProxy.Records;
using CodexProxy.Usage;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>Requests, sessions and sums, as far back as they are kept.</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/requests", ListAsync);
        routes.MapGet("/api/requests/{id}", FindAsync);
        routes.MapGet("/api/sessions", ListSessionsAsync);
        routes.MapGet("/api/sessions/{id}", FindSessionAsync);
        routes.MapGet("/api/usage", SumAsync);
        routes.MapGet("/api/usage/export", ExportAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, UsageSource usage, AccountDirectory accounts)
    {
        ManagementGuard.Require(http);
        var query = new UsageParameters(http.Request.Query);
        var wanted = new RequestQuery
        {
            Limit = query.Number("limit", 100, RequestQuery.MaxLimit),
            Before = query.Cursor("before"),
            Since = query.Time("since"),
            Until = query.Time("until"),
            Model = query.Text("model"),
            Session = query.Text("session"),
            // An empty one stands for the main loop.
            Agent = http.Request.Query.ContainsKey("agent") ? http.Request.Query["agent"].ToString() : null,
            Account = query.Text("account"),
            Client = query.Text("client"),
            Ending = query.Word<RequestEnding>("ending"),
            Text = query.Text("q"),
        };
        var page = await usage.AskAsync(reader => reader.ListAsync(wanted, http.RequestAborted), http.RequestAborted);
        var names = new AccountNames(accounts.Current);
        return AccountsEndpoints.Json(
            new RequestPageView(
                [.. page.Requests.Select(record => RequestView.Of(record, names))],
                page.Next?.ToString(),
                page.Total
            ),
            ApiJson.Default.RequestPageView
        );
    }

    private static async Task<IResult> FindAsync(
        HttpContext http,
        string id,
        UsageSource usage,
        RequestBook requests,
        AccountDirectory accounts
    )
    {
        ManagementGuard.Require(http);
        var remembered = requests.Find(id);
        var found =
            remembered?.Record
            ?? await usage.AskAsync(reader => reader.FindAsync(id, http.RequestAborted), http.RequestAborted)
            ?? throw new RequestRejectedException(ClientError.NotFound("This request is not kept."));
        return AccountsEndpoints.Json(
            RequestDetailView.Details(found, new AccountNames(accounts.Current), remembered?.Details is not null),
            ApiJson.Default.RequestDetailView
        );
    }

    private static async Task<IResult> ListSessionsAsync(HttpContext http, UsageSource usage)
    {
        ManagementGuard.Require(http);
        var query = new UsageParameters(http.Request.Query);
        var wanted = new SessionQuery
        {
            Limit = query.Number("limit", 50, SessionQuery.MaxLimit),
            Before = query.Cursor("before"),
            Since = query.Time("since"),
            Text = query.Text("q"),
        };
        var page = await usage.AskAsync(
            reader => reader.ListSessionsAsync(wanted, http.RequestAborted),
            http.RequestAborted
        );
        return AccountsEndpoints.Json(
            new SessionPageView([.. page.Sessions.Select(SessionSummaryView.Of)], page.Next?.ToString()),
            ApiJson.Default.SessionPageView
        );
    }

    private static async Task<IResult> FindSessionAsync(
        HttpContext http,
        string id,
        UsageSource usage,
        AccountDirectory accounts
    )
    {
        ManagementGuard.Require(http);
        var story =
            await usage.AskAsync(reader => reader.FindSessionAsync(id, http.RequestAborted), http.RequestAborted)
            ?? throw new RequestRejectedException(ClientError.NotFound("No request of this session is kept."));
        return AccountsEndpoints.Json(
            SessionStoryView.Of(story, new AccountNames(accounts.Current)),
            ApiJson.Default.SessionStoryView
        );
    }

    private static async Task ExportAsync(HttpContext http, UsageSource usage, TimeProvider time)
    {
        ManagementGuard.Require(http);
        var query = new UsageParameters(http.Request.Query);
        var format = query.Word<ExportFormat>("format") ?? ExportFormat.Csv;
        var (since, until) = (query.Time("since"), query.Time("until"));
        var reader = await usage.FindAsync(http.RequestAborted);
        var word = format.ToString().ToLowerInvariant();
        var day = time.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        http.Response.ContentType = format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/json";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"codex-proxy-usage-{day}.{word}\"";
        try
        {
            await UsageExport.WriteAsync(
                reader.ReadAllAsync(since, until, http.RequestAborted),
                format,
                http.Response.Body,
                http.RequestAborted
            );
        }
        catch (UsageStoreException) when (http.Response.HasStarted)
        {
            // A cut download is seen as one.
            http.Abort();
        }
        catch (UsageStoreException exception)
        {
            http.Response.Clear();
            throw new RequestRejectedException(ClientError.Passing(503, "api_error", exception.Message));
        }
    }

    private static async Task<IResult> SumAsync(
        HttpContext http,
        UsageSource usage,
        AccountDirectory accounts,
        TimeProvider time
    )
    {
        ManagementGuard.Require(http);
        var query = new UsageParameters(http.Request.Query);
        var wanted = new UsageQuery(query.Word<UsageKey>("by") ?? UsageKey.Day, time.LocalTimeZone)
        {
            Split = query.Word<UsageKey>("split") switch
            {
                null => null,
                (UsageKey.Model or UsageKey.Account or UsageKey.Client) and var split => split,
                _ => throw new RequestRejectedException(ClientError.Invalid("split: must be model, account or client")),
            },
            Since = query.Time("since"),
            Until = query.Time("until"),
            Model = query.Text("model"),
            Account = query.Text("account"),
        };
        var table = await usage.AskAsync(reader => reader.SumAsync(wanted, http.RequestAborted), http.RequestAborted);
        return AccountsEndpoints.Json(
            UsageTableView.Of(table, wanted, new AccountNames(accounts.Current)),
            ApiJson.Default.UsageTableView
        );
    }
}

/// <summary>Reads the parameters of a question; one that is wrong is told by its name.</summary>
internal readonly struct UsageParameters(IQueryCollection query)
{
    /// <summary>A text; null when it is absent or empty.</summary>
    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A number from 1 to a limit.</summary>
    public int Number(string name, int usual, int most) =>
        Text(name) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
            ? Math.Min(number, most)
        : throw Wrong(name, $"must be a whole number from 1 to {most}");

    /// <summary>A time with its offset, or in UTC.</summary>
    public DateTimeOffset? Time(string name) =>
        Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
        : throw Wrong(name, "must be a time such as 2026-11-21T14:00:00Z");

    /// <summary>A place in a list.</summary>
    public UsageCursor? Cursor(string name) =>
        Text(name) is not { } text ? null
        : UsageCursor.TryParse(text, out var cursor) ? cursor
        : throw Wrong(name, "must be what the page before gave as next");

    /// <summary>One of the words of an enumeration.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum =>
        Text(name) is not { } text ? null
        : Enum.TryParse<T>(text, ignoreCase: true, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(text[0])
            ? word
        : throw Wrong(
            name,
            "must be one of " + string.Join(", ", Enum.GetNames<T>().Select(one => one.ToLowerInvariant()))
        );

    private static RequestRejectedException Wrong(string name, string what) =>
        new(ClientError.Invalid($"{name}: {what}"));
}
