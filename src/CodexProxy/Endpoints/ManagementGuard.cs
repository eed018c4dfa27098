using CodexProxy.Protocol.Errors;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// The second door, before everything that tells of requests or changes this machine's state. Commands open it with the token
/// of this run, which only the user's files hold; the dashboard's page with its cookie, which only a link made with that token
/// gives. A web page of another origin has neither, and its requests were turned away at the first door.
/// </summary>
internal static class ManagementGuard
{
    /// <summary>The header that carries <see cref="ManagementToken"/>.</summary>
    public const string TokenHeader = "x-codex-proxy-token";

    /// <summary>
    /// Lets a request through that has the token or the dashboard's cookie, a JSON body or none, and does not come from
    /// another page.
    /// </summary>
    /// <exception cref="RequestRejectedException">It is refused: 403, or 415 for another kind of body.</exception>
    public static void Require(HttpContext context)
    {
        RequireOwnPage(context);
        if (!HasToken(context))
        {
            RequireCookie(context);
        }

        RequireJson(context);
        // What only its owner may read is not for a browser's disk.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Lets only a request with the token through: for what makes a cookie.</summary>
    /// <exception cref="RequestRejectedException">It is refused.</exception>
    public static void RequireToken(HttpContext context)
    {
        RequireOwnPage(context);
        if (!HasToken(context))
        {
            throw Refused($"The header {TokenHeader} must carry the token of this run.");
        }

        RequireJson(context);
        context.Response.Headers.CacheControl = "no-store";
    }

    // Another origin was turned away at the first door; here a person's own navigation is none either.
    private static void RequireOwnPage(HttpContext context)
    {
        var site = context.Request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site != "same-origin")
        {
            throw Refused("Only this gateway's own page may ask for this.");
        }
    }

    private static bool HasToken(HttpContext context)
    {
        if (context.Request.Headers[TokenHeader].ToString() is not { Length: > 0 } presented)
        {
            return false;
        }

        var token = context.RequestServices.GetRequiredService<ManagementToken>().Value;
        return token.Equals(new Secret(presented))
            ? true
            : throw Refused($"The header {TokenHeader} must carry the token of this run.");
    }

    private static void RequireCookie(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<DashboardAccess>().IsOpen(context.Request))
        {
            throw Refused(
                $"This needs the dashboard's cookie, or the token of this run in the header {TokenHeader}. Run `codex-proxy dashboard`."
            );
        }

        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !IsOfOwnPage(request))
        {
            throw Refused("Only this gateway's own page may change anything with its cookie.");
        }
    }

    // A browser that speaks plain HTTP to another machine does not say the site, but always the origin.
    private static bool IsOfOwnPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "same-origin"
        || (
            Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && request.Headers["Sec-Fetch-Site"].Count == 0
            && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
        );

    private static void RequireJson(HttpContext context)
    {
        var empty = context.Request.ContentLength is null or 0 && context.Request.ContentType is null;
        if (!empty && !context.Request.HasJsonContentType())
        {
            throw new RequestRejectedException(
                ClientError.Invalid("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType)
            );
        }
    }

    private static RequestRejectedException Refused(string message) => new(ClientError.Forbidden(message));
}
