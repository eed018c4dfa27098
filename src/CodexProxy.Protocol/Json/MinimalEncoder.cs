using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CodexProxy.Protocol.Json;

/// <summary>
/// Escapes what JSON demands and nothing else. The framework's relaxed encoder also escapes everything beyond U+FFFF, so an
/// emoji in a tool's input would come back to the model in another form than it wrote, and miss the prompt cache.
/// </summary>
internal sealed class MinimalEncoder : JavaScriptEncoder
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F";

    private static readonly SearchValues<char> Chars = SearchValues.Create(Controls + "\"\\");
    private static readonly SearchValues<char> Surrogates = SearchValues.Create([
        .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code),
    ]);
    private static readonly SearchValues<byte> Bytes = SearchValues.Create(Encoding.UTF8.GetBytes(Controls + "\"\\"));

    /// <summary>The one instance.</summary>
    public static MinimalEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar < 0x20 || unicodeScalar is '"' or '\\';

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => utf8Text.IndexOfAny(Bytes);

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var plain = PlainLength(new ReadOnlySpan<char>(text, textLength), hasSurrogates: true);
        return plain < textLength ? plain : -1;
    }

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar,
        char* buffer,
        int bufferLength,
        out int numberOfCharactersWritten
    )
    {
        var output = new Span<char>(buffer, bufferLength);
        var shorthand = unicodeScalar < 0x80 ? Shorthand((char)unicodeScalar) : '\0';
        if (shorthand != '\0')
        {
            numberOfCharactersWritten = output.Length < 2 ? 0 : 2;
            if (numberOfCharactersWritten == 2)
            {
                (output[0], output[1]) = ('\\', shorthand);
            }

            return numberOfCharactersWritten == 2;
        }

        if (unicodeScalar >= 0x20)
        {
            // Only what could not be text at all arrives here: a lone surrogate, replaced before.
            return new Rune(unicodeScalar).TryEncodeToUtf16(output, out numberOfCharactersWritten);
        }

        return output.TryWrite(CultureInfo.InvariantCulture, $"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
    }

    /// <inheritdoc/>
    public override OperationStatus Encode(
        ReadOnlySpan<char> source,
        Span<char> destination,
        out int charsConsumed,
        out int charsWritten,
        bool isFinalBlock = true
    )
    {
        charsConsumed = charsWritten = 0;
        // Few texts have any: the others are searched for them once, and not again after each line.
        var hasSurrogates = source.ContainsAnyInRange('\uD800', '\uDFFF');
        while (charsConsumed < source.Length)
        {
            // A line of text is copied at once; what interrupts it, usually its end, is written by itself.
            var rest = source[charsConsumed..];
            var room = destination[charsWritten..];
            if (PlainLength(rest, hasSurrogates) is > 0 and var plain)
            {
                var fits = Fit(rest, Math.Min(plain, room.Length));
                rest[..fits].CopyTo(room);
                charsConsumed += fits;
                charsWritten += fits;
                if (fits < plain)
                {
                    return OperationStatus.DestinationTooSmall;
                }

                continue;
            }

            if (Shorthand(rest[0]) is not '\0' and var letter && room.Length >= 2)
            {
                (room[0], room[1]) = ('\\', letter);
                charsConsumed++;
                charsWritten += 2;
                continue;
            }

            var status = Rune.DecodeFromUtf16(rest, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData && !isFinalBlock)
            {
                return OperationStatus.NeedMoreData;
            }

            // A lone surrogate decodes as the replacement character.
            if (!TryWrite(rune, room, out var written))
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsConsumed += consumed;
            charsWritten += written;
        }

        return OperationStatus.Done;
    }

    private bool TryWrite(Rune rune, Span<char> output, out int written)
    {
        if (!WillEncode(rune.Value))
        {
            return rune.TryEncodeToUtf16(output, out written);
        }

        unsafe
        {
            fixed (char* buffer = output)
            {
                return TryEncodeUnicodeScalar(rune.Value, buffer, output.Length, out written);
            }
        }
    }

    // The letter behind the backslash, for what has one.
    private static char Shorthand(char character) =>
        character switch
        {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\b' => 'b',
            '\f' => 'f',
            _ => '\0',
        };

    // How much of the beginning is written as it is.
    private static int PlainLength(ReadOnlySpan<char> text, bool hasSurrogates)
    {
        var first = text.IndexOfAny(Chars);
        var plain = first < 0 ? text.Length : first;
        var lone = hasSurrogates ? FirstLoneSurrogate(text[..plain]) : -1;
        return lone < 0 ? plain : lone;
    }

    // A pair of surrogates that is parted could not be put together again.
    private static int Fit(ReadOnlySpan<char> text, int length) =>
        length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;

    // They cannot be written as UTF-8; the writer replaces what is reported here.
    private static int FirstLoneSurrogate(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (true)
        {
            var found = text[at..].IndexOfAny(Surrogates);
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return at;
            }

            at += 2;
        }
    }
}
