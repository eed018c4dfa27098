using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Tests.Credentials;

/// <summary>Tokens and login files of made-up people.</summary>
internal static class Tokens
{
    public const string AccountId = "11111111-2222-4333-8444-555555555555";

    /// <summary>An access token that ends at a time; the serial makes it differ from others of the same end.</summary>
    /// <param name="expiresAt">When it ends.</param>
    /// <param name="serial">What makes it differ.</param>
    /// <param name="goodFrom">From when it is good; null where it does not say.</param>
    public static string Access(DateTimeOffset? expiresAt, string serial = "1", DateTimeOffset? goodFrom = null) =>
        Jwt(
            new Dictionary<string, object?>
            {
                ["nbf"] = goodFrom?.ToUnixTimeSeconds(),
                ["iat"] = goodFrom?.ToUnixTimeSeconds(),
                ["exp"] = expiresAt?.ToUnixTimeSeconds(),
                ["jti"] = serial,
                ["https://api.openai.com/auth"] = new Dictionary<string, object?>
                {
                    ["chatgpt_account_id"] = AccountId,
                    ["chatgpt_plan_type"] = "plus",
                },
            }
        );

    public static string Id(string accountId = AccountId) =>
        Jwt(
            new Dictionary<string, object?>
            {
                ["email"] = "person@example.com",
                ["https://api.openai.com/auth"] = new Dictionary<string, object?>
                {
                    ["chatgpt_account_id"] = accountId,
                    ["chatgpt_plan_type"] = "pro",
                    ["chatgpt_account_is_fedramp"] = true,
                },
            }
        );

    /// <summary>A login's file in today's form.</summary>
    public static string File(string access, string? refresh = "rt_1", string lastRefresh = "2026-11-20T00:00:00Z") =>
        $$"""
            {
              "auth_mode": "chatgpt",
              "OPENAI_API_KEY": null,
              "tokens": {
                "id_token": "{{Id()}}",
                "access_token": "{{access}}",
                "refresh_token": {{(refresh is null ? "null" : $"\"{refresh}\"")}},
                "oauth_provenance": {"issuer":"https://auth.openai.com",   "client_id":"app_of_the_login"},
                "login_owner_id": "someone\u00e9",
                "account_id": "{{AccountId}}"
              },
              "last_refresh": "{{lastRefresh}}",
              "later": {"number": 1.50, "list": [ ]}
            }
            """;

    private static string Jwt(Dictionary<string, object?> claims) =>
        string.Join(
            '.',
            Base64Url.EncodeToString("""{"alg":"none"}"""u8),
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(claims))),
            "c2ln"
        );
}
