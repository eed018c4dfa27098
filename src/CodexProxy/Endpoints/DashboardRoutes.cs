using CodexProxy.Clients;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>The way into the dashboard: the link, the cookie, and the page's files.</summary>
internal static class DashboardRoutes
{
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/dashboard/link", NewLink);
        routes.MapGet(DashboardAccess.OpenPath, OpenAsync);
        routes.MapGet(
            "/",
            (HttpContext http, DashboardFiles files) =>
                DashboardFiles.IsAskedFor(http.Request)
                    ? files.ServePageAsync(http)
                    : Results.Text($"{ProductInfo.Name} {ProductInfo.Version}\n").ExecuteAsync(http)
        );
        routes.MapMethods(
            $"{DashboardFiles.AssetsPath}/{{**name}}",
            [HttpMethods.Get, HttpMethods.Head],
            async (HttpContext http, string? name, DashboardFiles files) =>
            {
                if (name is null || !await files.TryServeAssetAsync(http, name))
                {
                    throw new RequestRejectedException(ClientError.NotFound($"Not found: {http.Request.Path}"));
                }
            }
        );
    }

    private static IResult NewLink(HttpContext http, DashboardAccess access, OptionsSource options)
    {
        ManagementGuard.RequireToken(http);
        var link = access.NewLink();
        var root = ReachableAddress.Of(options.Current.Server, http.Connection.LocalPort);
        return AccountsEndpoints.Json(new LinkView(link.AddressAt(root), link.ExpiresAt), ViewJson.Default.LinkView);
    }

    private static Task OpenAsync(HttpContext http, DashboardAccess access)
    {
        DashboardFiles.Protect(http.Response);
        http.Response.Headers.CacheControl = "no-store";
        if (access.Redeem(http.Request.Query["key"].ToString()))
        {
            access.Admit(http.Response);
        }
        else if (!access.IsOpen(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync(UsedUp, http.RequestAborted);
        }

        // The key leaves the address bar, and the browser's history gets the page only.
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = $"{http.Request.PathBase}/";
        return Task.CompletedTask;
    }

    private const string UsedUp = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>codex-proxy</title>
        <h1>This link opens nothing any more</h1>
        <p>A link to the dashboard is good once, and for ten minutes. Run <code>codex-proxy dashboard</code> for a new one.</p>
        </html>

        """;
}
