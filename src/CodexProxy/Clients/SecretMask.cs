using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Clients;

/// <summary>
/// Hides what a settings file must not show: the strings of members whose names speak of keys, tokens and the like,
/// this program's and anybody else's.
/// </summary>
internal static class SecretMask
{
    private static readonly string[] Words = ["key", "token", "secret", "password", "authorization", "headers"];

    /// <summary>The text with <c>"***"</c> in their places; its lines stay as many.</summary>
    /// <param name="text">A JSON text without byte order mark; one that cannot be read is hidden whole.</param>
    public static string Hide(ReadOnlySpan<byte> text)
    {
        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Encoding.UTF8.GetString(text);
        }

        var shown = new ArrayBufferWriter<byte>(text.Length);
        var from = 0;
        var reader = new Utf8JsonReader(
            text,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        try
        {
            var (secret, counts) = (false, false);
            while (reader.Read())
            {
                if (
                    secret
                    && reader.TokenType == JsonTokenType.String
                    && reader.ValueSpan.Length > 0
                    && !(counts && IsCount(reader.ValueSpan))
                )
                {
                    shown.Write(text[from..(int)reader.TokenStartIndex]);
                    shown.Write("\"***\""u8);
                    from = (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2;
                }

                counts =
                    reader.TokenType == JsonTokenType.PropertyName
                    && reader.GetString()!.EndsWith("tokens", StringComparison.OrdinalIgnoreCase);
                // A list under such a name is as secret as its name.
                secret = reader.TokenType switch
                {
                    JsonTokenType.PropertyName => IsSecret(reader.GetString()!),
                    JsonTokenType.StartArray or JsonTokenType.String => secret,
                    _ => false,
                };
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "***";
        }

        shown.Write(text[from..]);
        return Encoding.UTF8.GetString(shown.WrittenSpan);
    }

    /// <summary>The settings without their secrets and comments, as one JSON value.</summary>
    /// <exception cref="JsonTextException">The text is not a JSON object.</exception>
    public static JsonElement Plain(ReadOnlySpan<byte> text)
    {
        var checkedText = new JsonTextEditor(text).ToBytes().AsSpan();
        using var document = SoundJson.Parse(
            Hide(checkedText.StartsWith("\uFEFF"u8) ? checkedText[3..] : checkedText),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        return document.RootElement.Clone();
    }

    // Limits are counted in tokens too, and a difference that hides them says nothing.
    private static bool IsCount(ReadOnlySpan<byte> value) =>
        value.Length < 8 && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsSecret(string name) =>
        Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
