using System.Buffers.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Credentials;

/// <summary>
/// What the payload of an id token or access token says. The signature is not checked: tokens come from the issuer
/// over TLS, or from the user's own file, and nothing is granted on the strength of these claims.
/// </summary>
public sealed record TokenClaims
{
    private const string AuthNamespace = "https://api.openai.com/auth";

    private const string ProfileNamespace = "https://api.openai.com/profile";

    /// <summary>When the token ends; null when it does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The person's address.</summary>
    public string? Email { get; init; }

    /// <summary>The workspace the token is bound to.</summary>
    public string? AccountId { get; init; }

    /// <summary>Plan name, an open set of words such as <c>plus</c>.</summary>
    public string? Plan { get; init; }

    /// <summary>The person's id.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether the workspace is one for US government use, which the backend must be told.</summary>
    public bool IsFedRamp { get; init; }

    /// <summary>Reads the payload of a token; null when it is no JWT.</summary>
    public static TokenClaims? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            using var document = SoundJson.Parse(Base64Url.DecodeFromChars(parts[1].AsSpan().TrimEnd('=')));
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // An opaque token is legal; it only tells nothing.
            return null;
        }
    }

    private static TokenClaims Read(JsonElement payload)
    {
        var auth = Member(payload, AuthNamespace);
        var profile = Member(payload, ProfileNamespace);
        return new TokenClaims
        {
            ExpiresAt = Time(Member(payload, "exp")),
            Email = Text(payload, "email") ?? Text(profile, "email"),
            AccountId = Text(auth, "chatgpt_account_id"),
            Plan = Text(auth, "chatgpt_plan_type"),
            UserId = Text(auth, "chatgpt_user_id") ?? Text(auth, "user_id"),
            IsFedRamp = Member(auth, "chatgpt_account_is_fedramp").ValueKind == JsonValueKind.True,
        };
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number
        && element.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
}
