using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// The JSON of <c>auth.json</c>: reads every form the Codex CLI has written, and replaces tokens in it.
/// </summary>
internal static class AuthDocument
{
    private static readonly JsonWriterOptions Pretty = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The tokens, or why there are none.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static StoredLogin Read(ReadOnlyMemory<byte> json)
    {
        using var document = SoundJson.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("not an object");
        }

        // Only files of our own have a version.
        if (Member(root, "version") is { ValueKind: JsonValueKind.Number } version && version.GetDouble() > 1)
        {
            return new StoredLogin.None(LoginProblem.NewerVersion);
        }

        var tokens = Member(root, "tokens");
        var access = Text(tokens, "access_token");
        // Files older than auth_mode may hold a key beside the tokens; the plan's tokens are what this program is for.
        var mode =
            Text(root, "auth_mode")
            ?? (access is not null || Text(root, "OPENAI_API_KEY") is null ? "chatgpt" : "apikey");
        return mode switch
        {
            "chatgpt" or "chatgptAuthTokens" when access is not null => ReadTokens(root, tokens, access),
            "chatgpt" or "chatgptAuthTokens" => new StoredLogin.None(LoginProblem.NoTokens),
            _ => new StoredLogin.None(LoginProblem.OtherMode),
        };
    }

    /// <summary>The same document with new tokens; every other member keeps its bytes.</summary>
    /// <param name="json">What <see cref="Read"/> accepted.</param>
    /// <param name="refreshed">The new tokens.</param>
    /// <param name="now">Value of <c>last_refresh</c>.</param>
    public static byte[] Replace(ReadOnlyMemory<byte> json, RefreshedTokens refreshed, DateTimeOffset now)
    {
        using var document = SoundJson.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length + 256);
        using var writer = new Utf8JsonWriter(buffer, Pretty);
        writer.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.NameEquals("tokens"))
            {
                if (member.Value.ValueKind != JsonValueKind.Object)
                {
                    // Named twice: the last one counts, and that is an object.
                    continue;
                }

                writer.WritePropertyName("tokens");
                WriteTokens(writer, member.Value, refreshed);
            }
            else if (!member.NameEquals("last_refresh"))
            {
                Copy(writer, member);
            }
        }

        writer.WriteString("last_refresh", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null));
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static StoredLogin ReadTokens(JsonElement root, JsonElement tokens, string access)
    {
        var accessToken = new AccessToken(access);
        var idClaims = Text(tokens, "id_token") is { } idToken ? TokenClaims.Read(idToken) : null;
        var accountId = Text(tokens, "account_id") ?? idClaims?.AccountId ?? accessToken.Claims?.AccountId;
        if (accountId is null)
        {
            return new StoredLogin.None(LoginProblem.NoTokens);
        }

        var login = new TokenSet
        {
            Credential = new Credential
            {
                AccessToken = accessToken,
                AccountId = accountId,
                Plan = idClaims?.Plan ?? accessToken.Claims?.Plan,
                UserId = idClaims?.UserId ?? accessToken.Claims?.UserId,
                Email = idClaims?.Email ?? accessToken.Claims?.Email,
                IsFedRamp = (idClaims?.IsFedRamp ?? false) || (accessToken.Claims?.IsFedRamp ?? false),
            },
            RefreshToken = Text(tokens, "refresh_token") is { Length: > 0 } refresh ? new Secret(refresh) : null,
            ClientId = Text(Member(tokens, "oauth_provenance"), "client_id") ?? TokenSet.CodexClientId,
            LastRefresh =
                Member(root, "last_refresh") is { ValueKind: JsonValueKind.String } last
                && last.TryGetDateTimeOffset(out var time)
                    ? time
                    : null,
        };
        return new StoredLogin.Tokens(login);
    }

    private static void WriteTokens(Utf8JsonWriter writer, JsonElement tokens, RefreshedTokens refreshed)
    {
        writer.WriteStartObject();
        foreach (var member in tokens.EnumerateObject())
        {
            if (New(member.Name, refreshed) is null)
            {
                Copy(writer, member);
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["id_token", "access_token", "refresh_token"])
        {
            if (New(name, refreshed) is { } value)
            {
                writer.WriteString(name, value.Reveal());
            }
        }

        writer.WriteEndObject();
    }

    private static Secret? New(string name, RefreshedTokens refreshed) =>
        name switch
        {
            "id_token" => refreshed.IdToken,
            "access_token" => refreshed.AccessToken,
            "refresh_token" => refreshed.RefreshToken,
            _ => null,
        };

    // The raw text keeps numbers, escapes and nested order exactly as some other program wrote them.
    private static void Copy(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        writer.WriteRawValue(member.Value.GetRawText());
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
