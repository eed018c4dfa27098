using System.Text.Json;
using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Endpoints;

/// <summary>Reads one text out of the small JSON body of an action.</summary>
internal static class BodyText
{
    private const int Limit = 64 * 1024;

    /// <summary>The member's text.</summary>
    /// <exception cref="RequestRejectedException">The body is no JSON object, or the member is no text.</exception>
    public static async Task<string> ReadAsync(HttpContext http, string member) =>
        await FindAsync(http, member)
        ?? throw new RequestRejectedException(ClientError.Invalid($"{member}: Field required"));

    /// <summary>The member's text; null when the body does not hold it.</summary>
    /// <exception cref="RequestRejectedException">The body is no JSON object, or the member is no text.</exception>
    public static async Task<string?> FindAsync(HttpContext http, string member)
    {
        using var body = await RequestBody.ReadAsync(http, Limit);
        if (body.Bytes.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body.Bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new RequestRejectedException(ClientError.Invalid("The request body is not a JSON object"));
            }

            return !document.RootElement.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null
                    ? null
                : value.ValueKind == JsonValueKind.String ? value.GetString()
                : throw new RequestRejectedException(ClientError.Invalid($"{member}: Input should be a string"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how text that is none is worded.
            throw new RequestRejectedException(ClientError.Invalid("The request body is not valid JSON"));
        }
    }
}
