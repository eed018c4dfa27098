using System.Globalization;

namespace CodexProxy.Protocol.Json;

/// <summary>
/// Mends texts that were cut inside a character, as clients written in JavaScript send them: half of a pair is JSON and no
/// text, and a conversation that holds one could never go on.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>The same JSON with U+FFFD in the place of each escaped half pair; itself when there is none.</summary>
    public static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> json) => Mend(json.Span) ?? json;

    /// <summary>The same JSON with U+FFFD in the place of each escaped half pair; itself when there is none.</summary>
    public static ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> json) => Mend(json) is { } mended ? mended : json;

    private static byte[]? Mend(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("\\ud"u8) < 0 && text.IndexOf("\\uD"u8) < 0)
        {
            return null;
        }

        byte[]? mended = null;
        for (var at = 0; at < text.Length && text[at..].IndexOf((byte)'\\') is >= 0 and var found; )
        {
            at += found;
            if (UnitAt(text, at) is not { } unit)
            {
                at += 2;
            }
            else if (
                char.IsHighSurrogate(unit)
                && UnitAt(text, at + EscapeLength) is { } low
                && char.IsLowSurrogate(low)
            )
            {
                at += 2 * EscapeLength;
            }
            else
            {
                if (char.IsSurrogate(unit))
                {
                    mended ??= text.ToArray();
                    "fffd"u8.CopyTo(mended.AsSpan(at + 2));
                }

                at += EscapeLength;
            }
        }

        return mended;
    }

    private static char? UnitAt(ReadOnlySpan<byte> text, int at) =>
        at + EscapeLength <= text.Length
        && text[at..].StartsWith("\\u"u8)
        && ushort.TryParse(
            text.Slice(at + 2, 4),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var unit
        )
            ? (char)unit
            : null;
}
