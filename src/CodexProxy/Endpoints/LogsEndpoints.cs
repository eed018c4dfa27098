using CodexProxy.Protocol.Errors;
using CodexProxy.Telemetry;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>The last lines of the log, the log as it is written, and the gateway's numbers.</summary>
internal static class LogsEndpoints
{
    /// <summary>Maps them. The log needs what changes need; the numbers need no more than any client does.</summary>
    public static void MapLogs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/api/logs",
            (HttpContext http, LogRing ring, string? level, int? limit) =>
            {
                ManagementGuard.Require(http);
                var lines = ring.Last(LevelOf(level), Math.Clamp(limit ?? LogRing.Capacity, 0, LogRing.Capacity));
                return TypedResults.Json(new LogListView([.. lines.Select(LogView.Of)]), LogJson.Default.LogListView);
            }
        );
        routes.MapGet(
            "/api/logs/stream",
            (HttpContext http, LogStream stream, string? level, bool? history) =>
            {
                ManagementGuard.Require(http);
                return stream.ServeAsync(http, LevelOf(level), history ?? false);
            }
        );
        routes.MapGet("/metrics", Metrics);
    }

    private static IResult Metrics(HttpContext http) =>
        http.RequestServices.GetService<PrometheusText>() is { } numbers
            ? Results.Text(numbers.Write(), PrometheusText.ContentType)
            : throw new RequestRejectedException(
                ClientError.NotFound("The numbers are switched off. Set metrics.prometheus in the settings file.")
            );

    private static LogLevel LevelOf(string? word) =>
        string.IsNullOrEmpty(word) ? LogLevel.Trace
        : LogText.Level(word) is { } level ? level
        : throw new RequestRejectedException(ClientError.Invalid("level is one of debug, info, warn, error."));
}
