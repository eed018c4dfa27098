using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Simulator.Accounts;

/// <summary>Writes JWTs with the claims of the real ones and a signature that signs nothing.</summary>
internal sealed class TokenMaker(SimulatorOptions options, SeededIds ids)
{
    public const string ClientId = "app_EMoamEEZ73f0CkXaXp7hrann";
    public const string Scopes = "openid profile email offline_access";
    private const string Issuer = "https://auth.openai.com";

    public IssuedTokens Make(SimulatedAccount account, TimeSpan? accessLifetime = null)
    {
        var now = options.TimeProvider.GetUtcNow();
        // Whole seconds, because exp is: the vault and the claim must name the same instant.
        var expires = DateTimeOffset.FromUnixTimeSeconds(
            (now + (accessLifetime ?? options.AccessTokenLifetime)).ToUnixTimeSeconds()
        );
        return new IssuedTokens(
            account,
            IdToken(account, now),
            AccessToken(account, now, expires),
            ids.Next("rt_simulated_", 40),
            expires
        );
    }

    private string IdToken(SimulatedAccount account, DateTimeOffset now) =>
        Jwt(writer =>
        {
            writer.WriteString("iss"u8, Issuer);
            WriteWords(writer, "aud", ClientId);
            writer.WriteString("sub"u8, $"auth0|{account.UserId}");
            writer.WriteString("email"u8, account.Email);
            writer.WriteBoolean("email_verified"u8, true);
            writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, (now + options.IdTokenLifetime).ToUnixTimeSeconds());
            writer.WriteString("jti"u8, ids.NextUuid());
            WriteAuth(writer, account);
        });

    private string AccessToken(SimulatedAccount account, DateTimeOffset now, DateTimeOffset expires) =>
        Jwt(writer =>
        {
            writer.WriteString("iss"u8, Issuer);
            WriteWords(writer, "aud", "https://api.openai.com/v1");
            writer.WriteString("client_id"u8, ClientId);
            writer.WriteString("sub"u8, $"auth0|{account.UserId}");
            writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, expires.ToUnixTimeSeconds());
            writer.WriteString("jti"u8, ids.NextUuid());
            WriteWords(writer, "scp", Scopes.Split(' '));
            WriteAuth(writer, account);
            writer.WriteStartObject("https://api.openai.com/profile"u8);
            writer.WriteString("email"u8, account.Email);
            writer.WriteBoolean("email_verified"u8, true);
            writer.WriteEndObject();
        });

    private static void WriteAuth(Utf8JsonWriter writer, SimulatedAccount account)
    {
        writer.WriteStartObject("https://api.openai.com/auth"u8);
        writer.WriteString("chatgpt_account_id"u8, account.Id);
        writer.WriteString("chatgpt_plan_type"u8, account.PlanType);
        writer.WriteString("chatgpt_user_id"u8, account.UserId);
        writer.WriteString("user_id"u8, account.UserId);
        writer.WriteString("chatgpt_account_user_id"u8, $"{account.UserId}__{account.Id}");
        writer.WriteBoolean("chatgpt_account_is_fedramp"u8, false);
        writer.WriteStartArray("organizations"u8);
        writer.WriteStartObject();
        writer.WriteString("id"u8, "org-simulated"u8);
        writer.WriteBoolean("is_default"u8, true);
        writer.WriteString("role"u8, "owner"u8);
        writer.WriteString("title"u8, "Personal"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Jwt(Action<Utf8JsonWriter> claims) =>
        string.Join(
            '.',
            Base64Url.EncodeToString("""{"alg":"RS256","kid":"simulator","typ":"JWT"}"""u8),
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(HttpReply.JsonText(claims))),
            Base64Url.EncodeToString("simulated"u8)
        );

    private static void WriteWords(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> words)
    {
        writer.WriteStartArray(name);
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
