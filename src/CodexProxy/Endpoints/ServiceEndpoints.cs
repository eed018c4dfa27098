using System.Text.Json.Serialization;
using CodexProxy.Accounts;
using CodexProxy.Answers;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Endpoints;

/// <summary>
/// The endpoints that have nothing to do with models: probes, health, the API's document, and the answer for every
/// other path.
/// </summary>
internal static class ServiceEndpoints
{
    public static void MapService(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", [HttpMethods.Head], () => Results.Ok());
        routes.MapMethods("/api/hello", [HttpMethods.Head], () => Results.Ok());
        routes.MapGet(
            "/health",
            (AccountDirectory accounts) => TypedResults.Json(Health.Of(accounts), ServiceJson.Default.Health)
        );
        routes.MapGet("/openapi.json", () => Results.Stream(ApiDocument(), "application/json"));
        // MapFallback would let paths that look like files through to an empty answer.
        routes
            .Map(
                "/{**path}",
                (HttpContext context) =>
                    new ClientErrorResult(
                        ClientError.NotFound(
                            ErrorForm.LacksVersion(context.Request)
                                ? $"Not found: {context.Request.Path}. The base URL of OpenAI's clients ends in /v1 here."
                                : $"Not found: {context.Request.Path}"
                        )
                    )
            )
            .WithOrder(int.MaxValue);
    }

    private static Stream ApiDocument() =>
        typeof(ServiceEndpoints).Assembly.GetManifestResourceStream("openapi.json")
        ?? throw new InvalidOperationException("The program was built without its API document.");
}

/// <summary>
/// Body of <c>GET /health</c>. The program is well as long as it answers; the login is another matter.
/// </summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="SignedIn">Whether there is a login that the issuer has not refused.</param>
internal sealed record Health(string Status, string Version, bool SignedIn)
{
    public static Health Of(AccountDirectory accounts) => new("ok", ProductInfo.Version, accounts.Peek() is Credential);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Health))]
internal sealed partial class ServiceJson : JsonSerializerContext;
