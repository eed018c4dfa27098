using System.Text.Json.Serialization.Metadata;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Relay;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>The accounts over HTTP, in the shapes that earlier programs of this kind have made known. Never a token.</summary>
internal static class AccountsEndpoints
{
    private static readonly TimeSpan QuotaLifetime = TimeSpan.FromMinutes(5);

    /// <summary>What is read. All that names a person or a workspace needs the token of this run, or the dashboard's cookie.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/accounts",
            (HttpContext http, AccountDirectory accounts, QuotaBook quotas, TimeProvider time) =>
            {
                ManagementGuard.Require(http);
                return Json(AccountListView.Of(accounts, quotas, time.GetUtcNow()), ViewJson.Default.AccountListView);
            }
        );
        routes.MapGet(
            "/accounts/status",
            (HttpContext http, AccountDirectory accounts, QuotaBook quotas, TimeProvider time) =>
            {
                ManagementGuard.Require(http);
                return Json(
                    AccountStatusView.Of(accounts, quotas, time.GetUtcNow()),
                    ViewJson.Default.AccountStatusView
                );
            }
        );
        routes.MapGet("/accounts/quota", QuotaAsync);
        routes.MapGet("/accounts/quota/all", QuotaOfAllAsync);
        routes.MapGet("/accounts/usage", UsageAsync);
        routes.MapGet("/accounts/models", ModelsAsync);
        routes.MapGet(
            "/settings/account-strategy",
            (AccountDirectory accounts, OptionsSource options) =>
                Json(StrategyAnswer.Of(accounts, options.Current.Accounts), ViewJson.Default.StrategyAnswer)
        );
        routes.MapGet("/api/sessions/{id}/line", Session);
    }

    /// <summary>What needs the token of this server run.</summary>
    public static void MapAccountActions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/switch", SwitchAsync);
        routes.MapPost(
            "/accounts/import",
            (HttpContext http, AccountActions actions) => ActAsync(http, () => actions.ImportAsync(http.RequestAborted))
        );
        routes.MapPost(
            "/accounts/refresh",
            (HttpContext http, AccountActions actions, AccountDirectory accounts) =>
                ActAsync(http, () => actions.RefreshAsync(Find(accounts, null), http.RequestAborted))
        );
        routes.MapPost("/accounts/refresh/all", RefreshAllAsync);
        routes.MapPost("/accounts/verify", VerifyAsync);
        routes.MapPost(
            "/accounts/{name}/refresh",
            (HttpContext http, string name, AccountActions actions, AccountDirectory accounts) =>
                ActAsync(http, () => actions.RefreshAsync(Find(accounts, name), http.RequestAborted))
        );
        routes.MapDelete(
            "/accounts/{name}",
            (HttpContext http, string name, AccountActions actions, AccountDirectory accounts) =>
                ActAsync(http, () => actions.RemoveAsync(Find(accounts, name), http.RequestAborted))
        );
        routes.MapPost("/settings/account-strategy", SetStrategyAsync);
    }

    /// <summary>Answers an action: what was done, or why not.</summary>
    internal static async Task<IResult> ActAsync(HttpContext http, Func<Task<string>> action)
    {
        ManagementGuard.Require(http);
        try
        {
            return Json(new Done(await action()), ViewJson.Default.Done);
        }
        catch (AccountException exception)
        {
            return Json(new Refused(exception.Message), ViewJson.Default.Refused, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>Answers with a value.</summary>
    internal static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, type, statusCode: status);

    private static async Task<IResult> QuotaAsync(
        HttpContext http,
        AccountDirectory accounts,
        AccountActions actions,
        QuotaBook quotas,
        TimeProvider time
    )
    {
        ManagementGuard.Require(http);
        var account = Find(accounts, http.Request.Query["email"]);
        var refresh = http.Request.Query["refresh"] == "true";
        var (quota, cached, warning) = await LearnAsync(account, refresh, actions, quotas, time, http.RequestAborted);
        return Json(new QuotaAnswer(account.Name, quota, cached, warning), ViewJson.Default.QuotaAnswer);
    }

    private static async Task<IResult> QuotaOfAllAsync(
        HttpContext http,
        AccountDirectory accounts,
        AccountActions actions,
        QuotaBook quotas,
        TimeProvider time
    )
    {
        ManagementGuard.Require(http);
        var refresh = http.Request.Query["refresh"] == "true";
        var entries = await Task.WhenAll(
            accounts.Current.All.Select(async account =>
            {
                var (quota, _, warning) = await LearnAsync(
                    account,
                    refresh,
                    actions,
                    quotas,
                    time,
                    http.RequestAborted
                );
                return new QuotaEntry(account.Name, quota, warning);
            })
        );
        return Json(new QuotaAllAnswer(entries), ViewJson.Default.QuotaAllAnswer);
    }

    private static async Task<IResult> UsageAsync(
        HttpContext http,
        AccountDirectory accounts,
        AccountActions actions,
        QuotaBook quotas,
        TimeProvider time
    )
    {
        ManagementGuard.Require(http);
        var account = Find(accounts, http.Request.Query["email"]);
        var (quota, _, _) = await LearnAsync(account, false, actions, quotas, time, http.RequestAborted);
        return Json(new UsageAnswer(account.Name, quota?.Usage), ViewJson.Default.UsageAnswer);
    }

    // The catalogue is that of the active account: plans differ in what they may use, not in what there is.
    private static async Task<IResult> ModelsAsync(
        HttpContext http,
        AccountDirectory accounts,
        CatalogueSource catalogue
    )
    {
        ManagementGuard.Require(http);
        var account = Find(accounts, http.Request.Query["email"]);
        if (!catalogue.IsKept)
        {
            await catalogue.RefreshAsync(http.RequestAborted);
        }

        catalogue.RefreshIfOld();
        return Json(
            new ModelsAnswer(account.Name, [.. catalogue.Current.Models.Select(AccountModel.Of)]),
            ViewJson.Default.ModelsAnswer
        );
    }

    private static IResult Session(string id, RelayMemory memory, QuotaBook quotas, TimeProvider time) =>
        memory.Sessions.Find(id) is { } session
            ? Json(SessionView.Of(session, quotas, time.GetUtcNow()), ViewJson.Default.SessionView)
            : throw new RequestRejectedException(ClientError.NotFound("This session has asked nothing yet."));

    private static async Task<IResult> SwitchAsync(HttpContext http, AccountActions actions)
    {
        ManagementGuard.Require(http);
        var email = await BodyText.ReadAsync(http, "email");
        return await ActAsync(http, () => actions.SwitchAsync(email, http.RequestAborted));
    }

    private static async Task<IResult> VerifyAsync(HttpContext http, AccountActions actions, AccountDirectory accounts)
    {
        ManagementGuard.Require(http);
        var account = Find(accounts, await BodyText.ReadAsync(http, "email"));
        return await ActAsync(
            http,
            async () =>
                await actions.VerifyAsync(account, http.RequestAborted) is { } problem
                    ? throw new AccountException($"{account.Name}: {problem}")
                    : $"The backend serves {account.Name}."
        );
    }

    private static Task<IResult> RefreshAllAsync(HttpContext http, AccountActions actions, AccountDirectory accounts) =>
        ActAsync(
            http,
            async () =>
            {
                var failures = new List<string>();
                foreach (var account in accounts.Current.All)
                {
                    try
                    {
                        await actions.RefreshAsync(account, http.RequestAborted);
                    }
                    catch (AccountException exception)
                    {
                        failures.Add(exception.Message);
                    }
                }

                return failures.Count == 0
                    ? $"Renewed {accounts.Current.All.Count} logins."
                    : throw new AccountException(string.Join(' ', failures));
            }
        );

    private static async Task<IResult> SetStrategyAsync(
        HttpContext http,
        AccountDirectory accounts,
        OptionsSource options
    )
    {
        ManagementGuard.Require(http);
        var word = await BodyText.ReadAsync(http, "accountStrategy");
        if (AccountSelection.StrategyOf(word) is not { } strategy)
        {
            return Json(
                new Refused("accountStrategy: must be sticky or round-robin"),
                ViewJson.Default.Refused,
                StatusCodes.Status400BadRequest
            );
        }

        await accounts.Store.SelectAsync(selection => selection with { Strategy = strategy }, http.RequestAborted);
        return Json(StrategyAnswer.Of(accounts, options.Current.Accounts), ViewJson.Default.StrategyAnswer);
    }

    private static async Task<(QuotaView? Quota, bool Cached, string? Warning)> LearnAsync(
        Account account,
        bool refresh,
        AccountActions actions,
        QuotaBook quotas,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var key = account.Known?.Key;
        var fresh = key is not null && quotas.Age(key) is { } age && age < QuotaLifetime;
        var warning = fresh && !refresh ? null : await actions.VerifyAsync(account, cancellationToken);
        var known = key is null ? null : quotas.Known(key);
        return (QuotaView.Of(known, time.GetUtcNow()), fresh && !refresh, warning);
    }

    private static Account Find(AccountDirectory accounts, string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name)
                ? accounts.Current.Active ?? throw accounts.NoAccount
                : accounts.Find(name);
        }
        catch (AccountException exception)
        {
            throw new RequestRejectedException(ClientError.NotFound(exception.Message));
        }
    }
}
