using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Accounts;

/// <summary>
/// The JSON of one account's file: the members of <c>auth.json</c>, so that one reader serves both, and what belongs to the
/// account itself. Version 1.
/// </summary>
internal static class AccountDocument
{
    /// <summary>Version that is written.</summary>
    public const int Version = 1;

    private static readonly JsonWriterOptions Pretty = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document of a new login.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="origin">How it came here.</param>
    /// <param name="issuer">Who gave them out.</param>
    /// <param name="now">When.</param>
    public static byte[] Write(SignInTokens tokens, AccountOrigin origin, Uri issuer, DateTimeOffset now) =>
        Write(writer =>
        {
            WriteHead(writer, origin, now);
            writer.WriteString("auth_mode", "chatgpt");
            writer.WriteStartObject("tokens");
            writer.WriteString("id_token", tokens.IdToken.Reveal());
            writer.WriteString("access_token", tokens.AccessToken.Reveal());
            writer.WriteString("refresh_token", tokens.RefreshToken.Reveal());
            writer.WriteStartObject("oauth_provenance");
            writer.WriteString("issuer", issuer.GetLeftPart(UriPartial.Authority));
            writer.WriteString("client_id", TokenSet.CodexClientId);
            writer.WriteEndObject();
            if (AccountId(tokens) is { } accountId)
            {
                writer.WriteString("account_id", accountId);
            }

            writer.WriteEndObject();
            writer.WriteString("last_refresh", Time(now));
        });

    /// <summary>The document of a login that lies elsewhere.</summary>
    /// <param name="path">Full path of the other file.</param>
    /// <param name="now">When it was linked.</param>
    public static byte[] WriteLink(string path, DateTimeOffset now) =>
        Write(writer =>
        {
            WriteHead(writer, AccountOrigin.Link, now);
            writer.WriteString("link", path);
        });

    /// <summary>The document of a login whose tokens are in the key store of the system.</summary>
    public static byte[] WriteKeyring(AccountOrigin origin, DateTimeOffset now) =>
        Write(writer =>
        {
            WriteHead(writer, origin, now);
            writer.WriteString("store", "keyring");
        });

    /// <summary>A document of the form of <c>auth.json</c> with what belongs to the account put before it.</summary>
    /// <param name="json">The document, without a version.</param>
    /// <param name="origin">How it came here.</param>
    /// <param name="now">When.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static byte[] Adopt(ReadOnlyMemory<byte> json, AccountOrigin origin, DateTimeOffset now)
    {
        using var document = SoundJson.Parse(json);
        return Write(writer =>
        {
            WriteHead(writer, origin, now);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                // Another client's API key is none of our business, and a copy of it would only be one more to lose.
                if (member.Name is not ("version" or "added_at" or "origin" or "OPENAI_API_KEY"))
                {
                    writer.WritePropertyName(member.Name);
                    writer.WriteRawValue(member.Value.GetRawText());
                }
            }
        });
    }

    /// <summary>What belongs to the account itself.</summary>
    /// <exception cref="JsonException">The text is no JSON object.</exception>
    public static AccountFacts Read(ReadOnlyMemory<byte> json)
    {
        using var document = SoundJson.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("not an object");
        }

        return new AccountFacts(
            ReadVersion(root),
            Text(root, "origin") switch
            {
                "import" => AccountOrigin.Import,
                "link" => AccountOrigin.Link,
                _ => AccountOrigin.SignIn,
            },
            root.TryGetProperty("added_at", out var added)
            && added.ValueKind == JsonValueKind.String
            && added.TryGetDateTimeOffset(out var at)
                ? at
                : null,
            Text(root, "link"),
            Text(root, "store") == "keyring"
        );
    }

    // Only a plain login file has none; what is no number was damaged.
    private static int ReadVersion(JsonElement root) =>
        !root.TryGetProperty("version", out var version) ? 0
        : version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) ? number
        : throw new JsonException("the version is no number");

    private static string? AccountId(SignInTokens tokens) =>
        TokenClaims.Read(tokens.IdToken.Reveal())?.AccountId
        ?? TokenClaims.Read(tokens.AccessToken.Reveal())?.AccountId;

    private static void WriteHead(Utf8JsonWriter writer, AccountOrigin origin, DateTimeOffset now)
    {
        writer.WriteNumber("version", Version);
        writer.WriteString("added_at", Time(now));
        writer.WriteString("origin", origin.Word());
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, Pretty);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>How an origin is written, in files and in JSON for people's scripts.</summary>
    public static string Word(this AccountOrigin origin) =>
        origin switch
        {
            AccountOrigin.SignIn => "sign-in",
            AccountOrigin.Import => "import",
            AccountOrigin.Link => "link",
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
}

/// <summary>What an account's file says of the account itself.</summary>
/// <param name="Version">0 for a plain <c>auth.json</c> that was put there by hand.</param>
/// <param name="Origin">How it came here.</param>
/// <param name="AddedAt">When; null when it does not say.</param>
/// <param name="Link">Full path of the login it stands for.</param>
/// <param name="InKeyring">Whether the tokens are in the key store of the system.</param>
internal sealed record AccountFacts(
    int Version,
    AccountOrigin Origin,
    DateTimeOffset? AddedAt,
    string? Link,
    bool InKeyring
);
