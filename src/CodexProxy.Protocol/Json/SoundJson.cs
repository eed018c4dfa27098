using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CodexProxy.Protocol.Json;

/// <summary>
/// Parses JSON of others so that every text in it can be read: the parser itself accepts bytes that are no UTF-8 and halves
/// of surrogate pairs, and only fails when somebody asks for that text.
/// </summary>
public static class SoundJson
{
    /// <summary>Parses a document. Halves of surrogate pairs are mended.</summary>
    /// <param name="utf8">The bytes; they must stay as they are until the document is disposed.</param>
    /// <param name="options">As for the parser. Default: its own.</param>
    /// <exception cref="JsonException">It is no JSON, or no UTF-8.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options = default) =>
        Utf8.IsValid(utf8.Span)
            ? JsonDocument.Parse(LoneSurrogates.Replace(utf8), options)
            : throw new JsonException("not UTF-8", null, null, null);

    /// <summary>The same for a text.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string json, JsonDocumentOptions options = default) =>
        Parse(Encoding.UTF8.GetBytes(json), options);
}
