using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Simulator.Accounts;

/// <summary>Signs accounts in the way the vendor's client leaves them on disk: as an <c>auth.json</c>.</summary>
public sealed class SimulatedLogin
{
    private readonly TokenVault _vault;
    private readonly AccountBook _accounts;
    private readonly TimeProvider _clock;
    private readonly SeededIds _ids;
    private readonly Uri _issuer;

    internal SimulatedLogin(TokenVault vault, AccountBook accounts, TimeProvider clock, SeededIds ids, Uri issuer) =>
        (_vault, _accounts, _clock, _ids, _issuer) = (vault, accounts, clock, ids, issuer);

    /// <summary>Signs an account in and writes the file, readable by its owner only.</summary>
    /// <param name="path">The file; its folder is made when missing.</param>
    /// <param name="account">Whose; null for the default account.</param>
    /// <param name="accessLifetime">Life of the access token; null for the option's.</param>
    /// <param name="cancellationToken">Gives up writing.</param>
    public async Task<IssuedTokens> WriteAsync(
        string path,
        SimulatedAccount? account = null,
        TimeSpan? accessLifetime = null,
        CancellationToken cancellationToken = default
    )
    {
        var tokens = _vault.Issue(account ?? _accounts.Default, accessLifetime);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        await File.WriteAllTextAsync(path, AuthFile(tokens), cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return tokens;
    }

    /// <summary>The text of an <c>auth.json</c> that holds <paramref name="tokens"/>.</summary>
    public string AuthFile(IssuedTokens tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("auth_mode"u8, "chatgpt"u8);
            writer.WriteNull("OPENAI_API_KEY"u8);
            writer.WriteStartObject("tokens"u8);
            writer.WriteString("id_token"u8, tokens.IdToken);
            writer.WriteString("access_token"u8, tokens.AccessToken);
            writer.WriteString("refresh_token"u8, tokens.RefreshToken);
            writer.WriteStartObject("oauth_provenance"u8);
            writer.WriteString("issuer"u8, _issuer.GetLeftPart(UriPartial.Authority));
            writer.WriteString("client_id"u8, TokenMaker.ClientId);
            writer.WriteEndObject();
            writer.WriteString("login_owner_id"u8, _ids.Next("", 43));
            writer.WriteString("account_id"u8, tokens.Account.Id);
            writer.WriteEndObject();
            writer.WriteString("last_refresh"u8, _clock.GetUtcNow().UtcDateTime);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
