using System.Globalization;
using CodexProxy.Protocol.Errors;
using CodexProxy.Records;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>Switches the recording of bodies on and off, for people who look for a fault.</summary>
internal static class RecordingRoutes
{
    private const int DefaultMinutes = 10;

    public static void MapRecording(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/recording", (HttpContext http, BodyRecorder bodies) => Act(http, bodies, () => { }));
        routes.MapPost(
            "/api/recording",
            (HttpContext http, BodyRecorder bodies) => Act(http, bodies, () => bodies.Start(Length(http.Request)))
        );
        routes.MapPost(
            "/api/recording/stop",
            (HttpContext http, BodyRecorder bodies) => Act(http, bodies, bodies.Stop)
        );
    }

    private static IResult Act(HttpContext http, BodyRecorder bodies, Action action)
    {
        ManagementGuard.Require(http);
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RequestRejectedException(
                ClientError.Passing(503, "api_error", $"The folder of recordings cannot be made: {exception.Message}")
            );
        }

        return AccountsEndpoints.Json(bodies.State, ApiJson.Default.RecordingState);
    }

    private static TimeSpan Length(HttpRequest request)
    {
        if (request.Query["minutes"] is not [{ Length: > 0 } text])
        {
            return TimeSpan.FromMinutes(DefaultMinutes);
        }

        var isWhole = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes);
        return isWhole && minutes >= 1 && minutes <= BodyRecorder.Longest.TotalMinutes
            ? TimeSpan.FromMinutes(minutes)
            : throw new RequestRejectedException(ClientError.Invalid("minutes: must be a whole number from 1 to 60"));
    }
}
