using CodexProxy.Terminals;

namespace CodexProxy.Demo;

/// <summary>One entry of a column: what it is, and what it carries.</summary>
/// <param name="Name">Name of an event or field; shown dim, because the content is what a person reads.</param>
/// <param name="Detail">Its content, shortened to the column.</param>
/// <param name="IsTitle">Whether the name is the first line of a request.</param>
internal readonly record struct DemoCell(string Name, string Detail = "", bool IsTitle = false);

/// <summary>
/// Two columns, the client's protocol on the left and the upstream's on the right. What the gateway makes of an upstream event
/// stands on the event's own line, so the translation can be read across. Takes entries from several tasks.
/// </summary>
/// <param name="terminal">Where the lines go.</param>
internal sealed class DemoScreen(Terminal terminal)
{
    /// <summary>Width of the left column where there is room.</summary>
    public const int LeftWidth = 43;

    /// <summary>Width of the right column where there is room. Both with the arrow between them stay below 100.</summary>
    public const int RightWidth = 50;

    private const int NarrowWidth = 80;

    // Names of fields and of events are padded to the longest that occurs, so that what they carry stands in a column.
    private const int LeftFieldWidth = 11;
    private const int RightFieldWidth = 15;
    private const int LeftEventWidth = 20;
    private const int RightEventWidth = 30;
    private const string Up = " ──▶ ";
    private const string Down = " ◀── ";
    private const string Beside = "  │  ";

    // Both columns give alike where the screen is narrower.
    private readonly int _missing = Missing(terminal.Width);
    private readonly Lock _lock = new();
    private IReadOnlyList<DemoCell>? _request;
    private DemoCell? _upstreamEvent;

    /// <summary>Names the columns.</summary>
    public void Head(string left, string right)
    {
        terminal.Line("");
        terminal.Line($"{terminal.Bold(left.PadRight(Left))}     {terminal.Bold(right)}");
        terminal.Line(terminal.Dim($"{new string('─', Left)}──┬──{new string('─', Right)}"));
    }

    /// <summary>Begins a step of the story.</summary>
    public void Step(string text)
    {
        lock (_lock)
        {
            Settle();
            terminal.Line($"{new string(' ', Left)}{terminal.Dim(Beside.TrimEnd())}");
            terminal.Line(terminal.Bold(text));
        }
    }

    /// <summary>The client sends a request; it is shown beside what the gateway makes of it.</summary>
    public void ClientRequest(IReadOnlyList<DemoCell> fields)
    {
        lock (_lock)
        {
            Settle();
            _request = fields;
        }
    }

    /// <summary>The gateway sends its request upstream.</summary>
    public void UpstreamRequest(IReadOnlyList<DemoCell> fields)
    {
        lock (_lock)
        {
            var left = _request ?? [];
            _request = null;
            for (var i = 0; i < Math.Max(left.Count, fields.Count); i++)
            {
                Row(
                    i < left.Count ? left[i] : null,
                    i == 0 ? Up : Beside,
                    i < fields.Count ? fields[i] : null,
                    LeftFieldWidth,
                    RightFieldWidth
                );
            }

            terminal.Line($"{new string(' ', Left)}{terminal.Dim(Beside.TrimEnd())}");
        }
    }

    /// <summary>An event comes from the upstream. It waits for its translation, or for the next event.</summary>
    public void UpstreamEvent(DemoCell cell)
    {
        lock (_lock)
        {
            Settle();
            _upstreamEvent = cell;
        }
    }

    /// <summary>An event reaches the client.</summary>
    public void ClientEvent(DemoCell cell)
    {
        lock (_lock)
        {
            Row(cell, _upstreamEvent is null ? Beside : Down, _upstreamEvent, LeftEventWidth, RightEventWidth);
            _upstreamEvent = null;
        }
    }

    /// <summary>Shows what still waits for its other half.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            Settle();
        }
    }

    private int Left => LeftWidth - (_missing / 2);

    private int Right => RightWidth - ((_missing + 1) / 2);

    private static int Missing(int width)
    {
        const int Full = LeftWidth + RightWidth + 5;
        return width == 0 ? 0 : Full - Math.Clamp(width, NarrowWidth, Full);
    }

    private void Settle()
    {
        if (_request is { } request)
        {
            _request = null;
            foreach (var cell in request)
            {
                Row(cell, Beside, null, LeftFieldWidth, RightFieldWidth);
            }
        }

        if (_upstreamEvent is { } upstreamEvent)
        {
            _upstreamEvent = null;
            Row(null, Beside, upstreamEvent, LeftEventWidth, RightEventWidth);
        }
    }

    private void Row(DemoCell? left, string arrow, DemoCell? right, int leftNameWidth, int rightNameWidth) =>
        terminal.Line(
            $"{Column(left, leftNameWidth, Left, pad: true)}{terminal.Dim(arrow)}{Column(right, rightNameWidth, Right, pad: false)}".TrimEnd()
        );

    private string Column(DemoCell? cell, int nameWidth, int width, bool pad)
    {
        if (cell is not { } shown)
        {
            return pad ? new string(' ', width) : "";
        }

        var name = shown.Detail.Length > 0 ? shown.Name.PadRight(nameWidth) + " " : shown.Name;
        var detail = DemoText.Shorten(shown.Detail, width - name.Length);
        var blanks = pad ? new string(' ', Math.Max(0, width - name.Length - detail.Length)) : "";
        return (shown.IsTitle ? terminal.Bold(name) : terminal.Dim(name)) + detail + blanks;
    }
}
