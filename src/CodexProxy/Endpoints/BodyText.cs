using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

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

    /// <summary>Whether the body says yes to a member.</summary>
    /// <exception cref="RequestRejectedException">The body is no JSON object, or the member is neither yes nor no.</exception>
    public static async Task<bool> HasAsync(HttpContext http, string member) =>
        await ReadAsync(
            http,
            member,
            value =>
                value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? value.GetBoolean()
                    : throw Wrong(member, "a boolean")
        );

    /// <summary>The member's text; null when the body does not hold it.</summary>
    /// <exception cref="RequestRejectedException">The body is no JSON object, or the member is no text.</exception>
    public static Task<string?> FindAsync(HttpContext http, string member) =>
        ReadAsync(
            http,
            member,
            value => value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(member, "a string")
        );

    private static RequestRejectedException Wrong(string member, string type) =>
        new(ClientError.Invalid($"{member}: Input should be {type}"));

    private static async Task<T?> ReadAsync<T>(HttpContext http, string member, Func<JsonElement, T> read)
    {
        using var body = await RequestBody.ReadAsync(http, Limit);
        if (body.Bytes.Length == 0)
        {
            return default;
        }

        try
        {
            using var document = SoundJson.Parse(body.Bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new RequestRejectedException(ClientError.Invalid("The request body is not a JSON object"));
            }

            return !document.RootElement.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null
                ? default
                : read(value);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how text that is none is worded.
            throw new RequestRejectedException(ClientError.Invalid("The request body is not valid JSON"));
        }
    }
}
