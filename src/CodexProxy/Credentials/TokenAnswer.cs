using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>What the token endpoint answered.</summary>
/// <param name="Tokens">The tokens; null when there are none.</param>
/// <param name="ErrorCode">The code of a refusal, lower case; null when none was told.</param>
internal readonly record struct TokenAnswer(RefreshedTokens? Tokens, string? ErrorCode)
{
    /// <summary>Reads a body. What is no JSON object tells nothing: the status alone speaks then.</summary>
    public static TokenAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = SoundJson.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            var tokens = new RefreshedTokens(
                Token(root, "access_token"),
                Token(root, "refresh_token"),
                Token(root, "id_token")
            );
            var any = (tokens.AccessToken ?? tokens.RefreshToken ?? tokens.IdToken) is not null;
            return new TokenAnswer(any ? tokens : null, FindCode(root)?.ToLowerInvariant());
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static Secret? Token(JsonElement root, string name) =>
        Text(root, name) is { Length: > 0 } token ? new Secret(token) : null;

    private static string? FindCode(JsonElement root) =>
        root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            ? Text(error, "code")
            : Text(root, "error") ?? Text(root, "code");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
