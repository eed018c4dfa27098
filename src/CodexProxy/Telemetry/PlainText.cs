using System.Globalization;
using System.Text;

namespace CodexProxy.Telemetry;

/// <summary>
/// Text without characters that act instead of being seen: they move a terminal's cursor, end a line, or show the text in another
/// order.
/// </summary>
internal static class PlainText
{
    /// <summary>The text with <c>_</c> in place of each of them; the same object when there are none.</summary>
    public static string Of(string text)
    {
        StringBuilder? clean = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsVisible(text, i))
            {
                continue;
            }

            clean ??= new StringBuilder(text);
            clean[i] = '_';
        }

        return clean?.ToString() ?? text;
    }

    private static bool IsVisible(string text, int at) =>
        text[at] is >= ' ' and <= '~'
        || char.GetUnicodeCategory(text[at]) switch
        {
            UnicodeCategory.Surrogate => char.IsHighSurrogate(text[at])
                ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
                : at > 0 && char.IsHighSurrogate(text[at - 1]),
            UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => false,
            _ => true,
        };
}
