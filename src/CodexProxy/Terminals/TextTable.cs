using System.Text;

namespace CodexProxy.Terminals;

/// <summary>Rows of text in columns as wide as their widest cell; nothing is cut or wrapped.</summary>
/// <param name="headings">First row, shown dim.</param>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row of as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table. A last cell is not padded, so that no line ends with blanks.</summary>
    public void WriteTo(Terminal terminal)
    {
        var widths = headings.Select(
            (heading, i) => Math.Max(heading.Length, _rows.Max(row => (int?)row[i].Length) ?? 0)
        );
        var columns = widths.ToArray();
        terminal.Line(terminal.Dim(Join(headings, columns)));
        foreach (var row in _rows)
        {
            terminal.Line(Join(row, columns));
        }
    }

    private static string Join(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : Gap).Append(cells[i].PadRight(widths[i]));
        }

        return line.ToString().TrimEnd();
    }
}
