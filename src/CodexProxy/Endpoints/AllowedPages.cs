using CodexProxy.Answers;
using CodexProxy.Options;
using Microsoft.Net.Http.Headers;

namespace CodexProxy.Endpoints;

/// <summary>
/// Web pages of other origins that the settings let in: to the models only, each named, and never with the browser's cookies.
/// </summary>
internal static class AllowedPages
{
    private const string Lasts = "600";

    // What clients act on; a page sees no other header of an answer.
    private const string Shown = "request-id, x-request-id, retry-after, retry-after-ms, x-should-retry";

    /// <summary>Whether a request of a foreign page may come in.</summary>
    public static bool Admit(HttpRequest request, ServerOptions server) =>
        server.AllowedOrigins.Count > 0
        && IsForModels(request)
        && request.Headers.Origin is [{ } origin]
        && server.AllowedOrigins.Contains(origin.ToLowerInvariant());

    /// <summary>Lets the page read the answer, however that is written.</summary>
    public static void Mark(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = Shown;
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return Task.CompletedTask;
        });
    }

    /// <summary>Whether the browser asks before it sends the page's request. Such a question carries no key.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Answers the browser's question.</summary>
    public static Task AnswerPreflight(HttpContext context)
    {
        var asked = context.Request.Headers;
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = "GET, POST, DELETE";
        headers.AccessControlMaxAge = Lasts;
        if (asked.AccessControlRequestHeaders.ToString() is { Length: > 0 } names && IsNameList(names))
        {
            headers.AccessControlAllowHeaders = names;
        }

        if (asked["Access-Control-Request-Private-Network"] == "true")
        {
            headers["Access-Control-Allow-Private-Network"] = "true";
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether this is for models, and not for what tells of this machine or changes it.</summary>
    public static bool IsForModels(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) || ErrorForm.LacksVersion(request);

    private static bool IsNameList(string names) =>
        names.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or ',' or ' ');
}
