using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Responses;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>Answers that a client asked to have stored: fetched, listed and deleted by their id.</summary>
internal sealed class StoredResponses(ResponseStore store)
{
    private const int MaxLimit = 100;

    /// <summary>The answer as it was given.</summary>
    public async Task GetAsync(HttpContext http, string id)
    {
        var response = Find(http, id);
        http.Response.ContentType = "application/json";
        await http.Response.BodyWriter.WriteAsync(response.Json, http.RequestAborted);
    }

    /// <summary>What the model was given.</summary>
    public async Task ListInputAsync(HttpContext http, string id)
    {
        var response = Find(http, id);
        var query = http.Request.Query;
        var limit = ResponseListing.DefaultLimit;
        if (query.TryGetValue("limit", out var text) && (!int.TryParse(text, out limit) || limit is < 1 or > MaxLimit))
        {
            throw new RequestRejectedException("limit", $"must be between 1 and {MaxLimit}");
        }

        http.Response.ContentType = "application/json";
        ResponseListing.WriteInput(
            http.Response.BodyWriter,
            response,
            limit,
            ascending: query["order"] == "asc",
            query["after"]
        );
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>Forgets the answer.</summary>
    public async Task DeleteAsync(HttpContext http, string id)
    {
        Find(http, id);
        store.Forget(Caller.Of(http.Request), id);
        http.Response.ContentType = "application/json";
        ResponseListing.WriteDeleted(http.Response.BodyWriter, id);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private KeptResponse Find(HttpContext http, string id) =>
        store.Find(Caller.Of(http.Request), id) is { Response: { Json.IsEmpty: false } response }
            ? response
            : throw NotFound($"Response with id '{id}' not found.");

    private static RequestRejectedException NotFound(string message) =>
        new RequestRejectedException("", message, status: StatusCodes.Status404NotFound);
}
