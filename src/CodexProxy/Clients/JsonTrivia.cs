namespace CodexProxy.Clients;

/// <summary>Finds the way through what stands between the tokens of a JSON text: blanks and comments.</summary>
internal static class JsonTrivia
{
    /// <summary>Behind the blanks, and with <paramref name="lines"/> the line ends, that begin at a place.</summary>
    public static int AfterBlanks(ReadOnlySpan<byte> text, int at, bool lines)
    {
        while (at < text.Length && (text[at] is (byte)' ' or (byte)'\t' || (lines && IsLineEnd(text[at]))))
        {
            at++;
        }

        return at;
    }

    /// <summary>Where the blanks and line ends begin that end at a place.</summary>
    public static int BeforeBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && (text[at - 1] is (byte)' ' or (byte)'\t' || IsLineEnd(text[at - 1])))
        {
            at--;
        }

        return at;
    }

    /// <summary>Behind all blanks, line ends and comments that begin at a place.</summary>
    public static int AfterAll(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            at = AfterBlanks(text, at, lines: true);
            if (AfterComment(text, at) is not { } end)
            {
                return at;
            }

            at = end;
        }
    }

    /// <summary>Behind the comments that follow a place on the same line; the place itself when there are none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="untilLineEnd">Whether the last of them runs to the end of its line.</param>
    public static int AfterRemarks(ReadOnlySpan<byte> text, int at, out bool untilLineEnd)
    {
        untilLineEnd = false;
        while (AfterComment(text, AfterBlanks(text, at, lines: false)) is { } end)
        {
            untilLineEnd = text[AfterBlanks(text, at, lines: false) + 1] == (byte)'/';
            // Blanks at the end of a comment's line are not worth being moved.
            at = untilLineEnd ? BeforeBlanks(text, end) : end;
            if (untilLineEnd)
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Whether the trivia between two places end in a comment that runs to the end of its line.</summary>
    public static bool EndsInLineComment(ReadOnlySpan<byte> text, int from, int to)
    {
        var inLine = false;
        for (var at = AfterBlanks(text, from, lines: true); at < to && AfterComment(text, at) is { } end; )
        {
            inLine = text[at + 1] == (byte)'/';
            at = AfterBlanks(text, end, lines: true);
        }

        return inLine;
    }

    private static int? AfterComment(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..];
        if (rest.StartsWith("//"u8))
        {
            // The reader takes these two for line ends as well.
            var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            return length < 0 ? text.Length : at + length;
        }

        return rest.StartsWith("/*"u8) ? at + 2 + rest[2..].IndexOf("*/"u8) + 2 : null;
    }

    private static bool IsLineEnd(byte value) => value is (byte)'\r' or (byte)'\n';
}
