using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>What the dashboard asks for. All of it needs the dashboard's cookie or the token of this run.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/overview", (HttpContext http, OverviewEndpoint overview) => overview.ServeAsync(http));
        routes.MapUsage();
        routes.MapGet("/api/feed", (HttpContext http, FeedEndpoint feed) => feed.ServeAsync(http));
        routes.MapGet("/api/accounts", Accounts);
        routes.MapGet("/api/settings", ShowSettings);
        routes.MapGet("/api/models", Models);
        routes.MapPost("/api/models/try", TryAsync);
    }

    private static IResult Accounts(HttpContext http, AccountDirectory accounts, QuotaBook quotas, TimeProvider time)
    {
        ManagementGuard.Require(http);
        return AccountsEndpoints.Json(
            AccountListView.Of(accounts, quotas, time.GetUtcNow()),
            ViewJson.Default.AccountListView
        );
    }

    private static IResult ShowSettings(HttpContext http, SettingsPage page)
    {
        ManagementGuard.Require(http);
        return AccountsEndpoints.Json(page.View, ApiJson.Default.SettingsView);
    }

    private static IResult Models(HttpContext http, CatalogueSource catalogue, KiloChoice names, OptionsSource options)
    {
        ManagementGuard.Require(http);
        catalogue.RefreshIfOld();
        return AccountsEndpoints.Json(
            ModelsView.Of(catalogue.Source, catalogue.Current, names.Rules(), options.Current),
            ApiJson.Default.ModelsView
        );
    }

    private static async Task<IResult> TryAsync(HttpContext http, ModelTrial trial)
    {
        ManagementGuard.Require(http);
        var model = await BodyText.ReadAsync(http, "model");
        return AccountsEndpoints.Json(await trial.RunAsync(model, http.RequestAborted), ApiJson.Default.TrialView);
    }
}
