using System.Text;

namespace CodexProxy.Terminals;

/// <summary>Breaks text at blanks, so that the edge of a screen cuts no word. Colours take no room.</summary>
internal static class WordWrap
{
    // Where there is less room than this, cut words read better than one word a line.
    private const int LeastRoom = 30;

    /// <summary>The text with line breaks.</summary>
    /// <param name="text">One line.</param>
    /// <param name="indent">Columns that are taken before the first word, and stay blank before the others.</param>
    /// <param name="width">Columns of the screen; 0 when not known, then nothing is broken.</param>
    public static string Of(string text, int indent, int width)
    {
        var room = width - indent;
        if (room < LeastRoom || Visible(text) <= room)
        {
            return text;
        }

        var wrapped = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' '))
        {
            var length = Visible(word);
            if (wrapped.Length == 0)
            {
                used = length;
            }
            else if (used + 1 + length <= room)
            {
                wrapped.Append(' ');
                used += 1 + length;
            }
            else
            {
                wrapped.Append('\n').Append(' ', indent);
                used = length;
            }

            wrapped.Append(word);
        }

        return wrapped.ToString();
    }

    /// <summary>Columns that a text takes.</summary>
    public static int Visible(string text)
    {
        var columns = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                // A colour ends with its letter; the bracket after the escape is none.
                i = text.IndexOf('m', i) is var end and >= 0 ? end : text.Length;
            }
            else if (!char.IsLowSurrogate(text[i]))
            {
                columns++;
            }
        }

        return columns;
    }
}
