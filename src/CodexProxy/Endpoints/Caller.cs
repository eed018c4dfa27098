using CodexProxy.Protocol.Translation;

namespace CodexProxy.Endpoints;

/// <summary>Who asks, as far as what is kept for one caller must not be another's.</summary>
internal static class Caller
{
    /// <summary>A name for the key the request came with; the key itself is not kept.</summary>
    public static string Of(HttpRequest request)
    {
        var key = request.Headers.Authorization.ToString() is { Length: > 0 } bearer
            ? bearer
            : request.Headers["x-api-key"].ToString();
        return Identifiers.Hex(key, 32);
    }

    /// <summary>The session, where a header names it.</summary>
    public static string? Session(HttpRequest request) =>
        request.Headers["session-id"] is [{ Length: > 0 } session] ? session : null;
}
