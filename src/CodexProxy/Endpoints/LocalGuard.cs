using CodexProxy.Answers;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Endpoints;

/// <summary>
/// The door. Turns away requests for a host that is not ours (a rebound name) and requests made by foreign web pages;
/// asks for a key when keys are configured, or for the dashboard's cookie where its page asks. Forwarding headers are not
/// read: anybody can write them.
/// </summary>
internal sealed partial class LocalGuard(
    OptionsSource options,
    KeyDoor keys,
    DashboardAccess dashboard,
    ILogger<LocalGuard> logger
)
{
    private const string Prefix = "/anthropic";

    // The issuer sends the browser there, from another site and without a key; the state in the address is its key.
    private const string Callback = "/auth/callback";

    // What the dashboard's page asks for.
    private static readonly PathString[] PageRoots = ["/api", "/accounts", "/settings", "/claude"];

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var server = options.Current.Server;
        if (
            !HostRule.IsOurs(
                context.Request.Host,
                context.Request.IsHttps ? 443 : 80,
                context.Connection,
                server.HostNames
            )
        )
        {
            LogForeignHost(context.TraceIdentifier);
            return Refuse(context, ClientError.Forbidden("This host name is not served here. Add it to hostNames."));
        }

        if (context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = context.Request.PathBase.Add(Prefix);
            context.Request.Path = rest.HasValue ? rest : "/";
        }

        if (IsForeignPage(context, server) && !IsCallback(context.Request))
        {
            if (!AllowedPages.Admit(context.Request, server))
            {
                LogForeignPage(context.TraceIdentifier);
                return Refuse(context, ClientError.Forbidden("Requests from other web pages are not served."));
            }

            AllowedPages.Mark(context);
            if (AllowedPages.IsPreflight(context.Request))
            {
                return AllowedPages.AnswerPreflight(context);
            }
        }

        return
            !IsOpen(context.Request)
            && keys.Refusal(context) is { } refusal
            && !(IsAskedByPage(context.Request) && dashboard.IsOpen(context.Request))
            ? Refuse(context, refusal)
            : next(context);
    }

    private static bool IsCallback(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path == Callback
        && request.Headers["Sec-Fetch-Mode"] is { Count: 0 } or ["navigate"];

    private static Task Refuse(HttpContext context, ClientError error) =>
        new ClientErrorResult(error).ExecuteAsync(context);

    private static bool IsForeignPage(HttpContext context, ServerOptions server)
    {
        var headers = context.Request.Headers;
        // Browsers write it and pages cannot: "none" is a person's own navigation.
        var site = headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site != "same-origin" && site != "none")
        {
            return true;
        }

        var origin = headers.Origin;
        return origin.Count > 0 && !IsOwnOrigin(origin.ToString(), context, server);
    }

    private static bool IsOwnOrigin(string origin, HttpContext context, ServerOptions server) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && HostRule.IsOurs(new HostString(uri.Authority), uri.Port, context.Connection, server.HostNames);

    // Models are not among it: the cookie stands for a look at the gateway, not for the plan.
    private static bool IsAskedByPage(HttpRequest request) =>
        Array.Exists(PageRoots, root => request.Path.StartsWithSegments(root, StringComparison.Ordinal));

    // Probes carry no key, and say nothing that is worth one. Neither do the page's files, which hold no data; its link is a
    // key of its own.
    private static bool IsOpen(HttpRequest request) =>
        (HttpMethods.IsHead(request.Method) && (request.Path == "/" || request.Path == "/api/hello"))
        || (
            HttpMethods.IsGet(request.Method)
            && (
                request.Path == "/"
                || request.Path == "/health"
                || request.Path == "/openapi.json"
                || request.Path == Callback
                || request.Path == DashboardAccess.OpenPath
                || request.Path.StartsWithSegments(DashboardFiles.AssetsPath, StringComparison.Ordinal)
            )
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} named a host that is not ours: refused.")]
    private partial void LogForeignHost(string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} came from a foreign web page: refused.")]
    private partial void LogForeignPage(string requestId);
}
