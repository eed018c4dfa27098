using System.Diagnostics;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// The span of a request, from the first to the last byte. It continues the client's trace where <c>traceparent</c> names one. Only the
/// protocols' own endpoints are traced: not what the dashboard and the commands ask, nor probes.
/// </summary>
internal static class RequestTracing
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        Tracing.Source.HasListeners() && IsTraced(context.Request) ? TraceAsync(context, next) : next(context);

    private static async Task TraceAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        // Its companion, tracestate, is free text; what is sent to a collector is not.
        ActivityContext.TryParse(request.Headers.TraceParent, null, isRemote: true, out var parent);
        // The server has a span of its own that nobody exports; without a client's trace this one is the root.
        Activity.Current = null;
        using var span = Tracing.Source.StartActivity(request.Method, ActivityKind.Server, parent);
        if (span is null)
        {
            await next(context);
            return;
        }

        span.SetTag("http.request.method", request.Method);
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("network.protocol.version", request.Protocol is "HTTP/2" ? "2" : "1.1");
        span.SetTag("codex_proxy.request.id", context.TraceIdentifier);
        try
        {
            await next(context);
        }
        finally
        {
            // The path may hold anything; the route is one of ours.
            if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            {
                span.SetTag("http.route", route);
                span.DisplayName = $"{request.Method} {route}";
            }

            var status = context.Response.StatusCode;
            span.SetTag("http.response.status_code", status);
            if (context.RequestAborted.IsCancellationRequested)
            {
                span.Fail("client_gone");
            }
            else if (status >= 500)
            {
                span.Fail(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }

    private static bool IsTraced(HttpRequest request) =>
        request.Path.Value is { } path
        && (path.Contains("/v1/", StringComparison.Ordinal) || path.EndsWith("/responses", StringComparison.Ordinal));
}
