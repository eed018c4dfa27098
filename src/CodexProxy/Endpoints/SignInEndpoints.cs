using CodexProxy.SignIn;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>Signing in over HTTP, in the shapes that earlier programs of this kind have made known.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/add", BeginAsync);
        routes.MapPost("/accounts/add/manual", CompleteAsync);
        routes.MapPost("/accounts/add/device", BeginDeviceAsync);
        routes.MapGet(
            "/accounts/add/status",
            (HttpContext http, PendingSignIn pending) =>
            {
                ManagementGuard.Require(http);
                return AccountsEndpoints.Json(pending.Progress, EndpointJson.Default.SignInProgress);
            }
        );
        routes.MapPost(
            "/accounts/oauth/cleanup",
            (HttpContext http, PendingSignIn pending) =>
                AccountsEndpoints.ActAsync(
                    http,
                    async () =>
                    {
                        await pending.CancelAsync(http.RequestAborted);
                        return "OAuth servers cleaned up";
                    }
                )
        );
        routes.MapGet(
            "/auth/callback",
            async (HttpContext http, PendingSignIn pending) =>
                await (await pending.AcceptAsync(http.Request.Query)).WriteAsync(http.Response, http.RequestAborted)
        );
    }

    private static async Task<IResult> BeginAsync(HttpContext http, PendingSignIn pending)
    {
        ManagementGuard.Require(http);
        try
        {
            var (address, port) = await pending.BeginAsync(http.RequestAborted);
            return AccountsEndpoints.Json(new SignInBegun(address, port), ViewJson.Default.SignInBegun);
        }
        catch (SignInFailedException exception)
        {
            return AccountsEndpoints.Json(
                new SignInNotBegun("oauth_failed", exception.Message),
                ViewJson.Default.SignInNotBegun,
                StatusCodes.Status500InternalServerError
            );
        }
    }

    private static async Task<IResult> BeginDeviceAsync(HttpContext http, PendingSignIn pending)
    {
        ManagementGuard.Require(http);
        try
        {
            var (code, expiresAt) = await pending.BeginDeviceAsync(http.RequestAborted);
            return AccountsEndpoints.Json(
                new DeviceBegun(code.UserCode, code.Page, expiresAt),
                ViewJson.Default.DeviceBegun
            );
        }
        catch (SignInFailedException exception)
        {
            return AccountsEndpoints.Json(
                new Refused(exception.Message),
                ViewJson.Default.Refused,
                StatusCodes.Status502BadGateway
            );
        }
    }

    private static async Task<IResult> CompleteAsync(HttpContext http, PendingSignIn pending)
    {
        ManagementGuard.Require(http);
        var code = await BodyText.ReadAsync(http, "code");
        return await AccountsEndpoints.ActAsync(http, () => pending.CompleteAsync(code));
    }
}
