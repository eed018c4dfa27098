using CodexProxy.Answers;

namespace CodexProxy.Endpoints;

/// <summary>The addresses of the Responses API.</summary>
internal static class ResponsesRoutes
{
    public static void MapResponses(this IEndpointRouteBuilder routes)
    {
        const string root = ErrorForm.Responses;
        routes.MapPost(root, (HttpContext http, ResponsesEndpoint responses) => responses.ServeAsync(http));
        routes.MapGet(root, (HttpContext http, ResponsesSocket socket) => socket.ServeAsync(http));
        routes.MapPost(
            $"{root}/compact",
            (HttpContext http, ResponsesEndpoint responses) => responses.CompactAsync(http)
        );
        routes.MapPost(
            $"{root}/input_tokens",
            (HttpContext http, ResponsesEndpoint responses) => responses.CountAsync(http)
        );
        routes.MapGet(
            $"{root}/{{id}}",
            (HttpContext http, string id, StoredResponses stored) => stored.GetAsync(http, id)
        );
        routes.MapGet(
            $"{root}/{{id}}/input_items",
            (HttpContext http, string id, StoredResponses stored) => stored.ListInputAsync(http, id)
        );
        routes.MapDelete(
            $"{root}/{{id}}",
            (HttpContext http, string id, StoredResponses stored) => stored.DeleteAsync(http, id)
        );
    }
}
