using System.Text;

namespace CodexProxy.Terminals;

/// <summary>
/// A screen of its own that is drawn again and again, and gives the one before back at the end. What was on the terminal, and
/// its history, stay untouched.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Its columns and rows now.</param>
/// <param name="key">The next key that was pressed; null when none was.</param>
internal sealed class LiveScreen(TextWriter output, Func<(int Columns, int Rows)> size, Func<char?> key) : IDisposable
{
    // Alternate screen, no cursor, no wrapping at the edge; and back.
    private const string Enter = "\e[?1049h\e[?25l\e[?7l";
    private const string Leave = "\e[?7h\e[?25h\e[?1049l";

    private bool _entered;

    /// <summary>Columns and rows now; a person may change them at any time.</summary>
    public (int Columns, int Rows) Size => size();

    /// <summary>The next key that was pressed; null when none was.</summary>
    public char? ReadKey() => key();

    /// <summary>Draws a frame over the one before.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder(_entered ? "" : Enter);
        _entered = true;
        var rows = Math.Max(1, size().Rows);
        var shown = Math.Min(rows, lines.Count);
        frame.Append("\e[H");
        for (var i = 0; i < shown; i++)
        {
            // Emptied first: behind a line that fills its row, its last letter would go too.
            frame.Append(i == 0 ? "\e[K" : "\r\n\e[K").Append(lines[i]);
        }

        // No line break after the last row: it would move everything up.
        frame.Append(shown < rows ? "\r\n\e[J" : "");
        // In one piece, so that nobody sees a frame half drawn.
        output.Write(frame.ToString());
        output.Flush();
    }

    /// <summary>Gives the screen back.</summary>
    public void Dispose()
    {
        if (_entered)
        {
            _entered = false;
            output.Write(Leave);
            output.Flush();
        }
    }
}
