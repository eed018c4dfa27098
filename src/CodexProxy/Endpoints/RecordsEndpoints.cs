using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Records;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>What the gateway keeps of its requests, for the commands on this machine: cache, records and bundles.</summary>
internal static class RecordsEndpoints
{
    /// <summary>The word that stands for the request that ended last.</summary>
    private const string Last = "last";

    /// <summary>Maps them; all need the token of this run.</summary>
    public static void MapRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(
            "/debug/translate",
            (HttpContext http, TranslateEndpoint translate) => translate.ServeAsync(http)
        );
        routes.MapGet(
            "/api/cache",
            (HttpContext http, CacheBook caches) =>
            {
                ManagementGuard.Require(http);
                return TypedResults.Json(CacheView.Of(caches), ViewJson.Default.CacheView);
            }
        );
        routes.MapGet("/api/requests/{id}/bundle", BundleAsync);
    }

    private static async Task BundleAsync(
        HttpContext http,
        string id,
        RequestBook requests,
        BundleWriter bundles,
        OptionsSource options
    )
    {
        ManagementGuard.Require(http);
        var wanted = id == Last && requests.LatestDetailed is { } latest ? latest.RequestId : id;
        if (requests.Find(wanted) is not { } found)
        {
            throw new RequestRejectedException(
                ClientError.NotFound(
                    "This request is not known: only requests of this server run that reached the backend are kept."
                )
            );
        }

        if (found.Details is not { } details)
        {
            throw new RequestRejectedException(
                ClientError.NotFound(
                    found.Record.Face == RequestFace.Vendor
                        ? "This request is known, but its bytes were passed on unread: there is nothing to make a bundle of."
                        : $"This request is known, but its events are forgotten: they are kept for the last {RequestBook.MaxDetails} requests."
                )
            );
        }

        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.WriterOptions);
        bundles.Write(writer, found.Record, details, options.Current);
        await writer.FlushAsync(http.RequestAborted);
    }
}
