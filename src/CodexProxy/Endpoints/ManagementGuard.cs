using CodexProxy.Protocol.Anthropic;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// The second door, before everything that changes this machine's state. A web page can make a browser send a request, but it
/// can neither read the token of this run nor set the header that carries it.
/// </summary>
internal static class ManagementGuard
{
    /// <summary>The header that carries <see cref="ManagementToken"/>.</summary>
    public const string TokenHeader = "x-codex-proxy-token";

    /// <summary>Lets a request through that has the token, a JSON body, and does not come from another page.</summary>
    /// <exception cref="RequestRejectedException">It is refused: 403, or 415 for another kind of body.</exception>
    public static void Require(HttpContext context)
    {
        var headers = context.Request.Headers;
        // Another origin was turned away at the first door; here a person's own navigation is none either.
        var site = headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site != "same-origin")
        {
            throw Refused("Only this gateway's own page may ask for this.");
        }

        var token = context.RequestServices.GetRequiredService<ManagementToken>().Value;
        if (headers[TokenHeader].ToString() is not { Length: > 0 } presented || !token.Equals(new Secret(presented)))
        {
            throw Refused($"The header {TokenHeader} must carry the token of this run.");
        }

        if (!context.Request.HasJsonContentType())
        {
            throw new RequestRejectedException(
                ClientError.Invalid("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType)
            );
        }
    }

    private static RequestRejectedException Refused(string message) => new(ClientError.Forbidden(message));
}
