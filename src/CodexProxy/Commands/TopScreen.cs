using System.Globalization;
using System.Text;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>What <c>top</c> shows at one moment.</summary>
/// <param name="Overview">How the gateway is doing.</param>
/// <param name="Recent">Requests that have ended, the latest first.</param>
/// <param name="Trouble">Why this may be old; null when it is not.</param>
internal sealed record TopFacts(OverviewView Overview, IReadOnlyList<RequestView> Recent, string? Trouble = null);

/// <summary>Draws a frame of <c>top</c>: the windows, what is being served, and what was served last.</summary>
/// <param name="terminal">Whose colours are used.</param>
/// <param name="time">Clock and time zone.</param>
internal sealed class TopScreen(Terminal terminal, TimeProvider time)
{
    private const int Label = 10;
    private const int BarWidth = 24;
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>The lines of a frame.</summary>
    /// <param name="facts">What is shown.</param>
    /// <param name="columns">Width of the screen; no line is wider.</param>
    /// <param name="rows">Height of the screen; 0 for as many lines as there are.</param>
    public IReadOnlyList<string> Frame(TopFacts facts, int columns, int rows = 0)
    {
        var overview = facts.Overview;
        List<string> lines = [Head(overview, columns)];
        lines.Add(facts.Trouble is { } trouble ? terminal.Bad(Cut(trouble, columns)) : Account(overview, columns));
        lines.Add("");
        lines.AddRange(Windows(overview, columns));
        lines.AddRange(Today(overview, columns));
        lines.Add("");
        lines.AddRange(InFlight(overview, columns));
        lines.Add("");
        var room = rows == 0 ? facts.Recent.Count : Math.Max(0, rows - lines.Count - 2);
        lines.AddRange(Recent(facts, columns, room));
        return [.. lines.Select(line => WordWrap.Visible(line) <= columns ? line : Narrow(line, columns))];
    }

    private string Head(OverviewView overview, int columns)
    {
        var left = $"{ProductInfo.Name} {overview.Version}";
        var up = $"  {overview.Address}  up {TimeText.Of(overview.Now - overview.StartedAt)}";
        var clock = Clock(overview.Now);
        var gap = columns - left.Length - up.Length - clock.Length;
        return terminal.Bold(left)
            + terminal.Dim(gap > 0 ? up + new string(' ', gap) + clock : Cut(up, columns - left.Length));
    }

    private string Account(OverviewView overview, int columns)
    {
        if (!overview.SignedIn)
        {
            return terminal.Bad(Cut(overview.Problem ?? "", columns));
        }

        var account = overview.Account;
        var plan = account?.PlanType is { } known ? $" ({known})" : "";
        var of = overview.Accounts > 1 ? $", one of {overview.Accounts}" : "";
        return Cut($"{account?.Email ?? account?.Key}{plan}{of}", columns);
    }

    private IEnumerable<string> Windows(OverviewView overview, int columns)
    {
        var windows = overview.Account?.Quota?.Usage.Limits is [var limit, ..] ? limit.Windows : [];
        if (windows.Count == 0 && overview.SignedIn)
        {
            yield return Labelled("quota", "not known yet; the next request tells it", columns);
        }

        foreach (var window in windows)
        {
            var used = Math.Clamp(window.UsedPercent, 0, 100);
            var filled = (int)Math.Round(used / 100 * BarWidth);
            var bar = new string('█', filled) + new string('░', BarWidth - filled);
            var painted =
                used >= 90 ? terminal.Bad(bar)
                : used >= 75 ? terminal.Warned(bar)
                : terminal.Good(bar);
            var resets = window.ResetsAt is { } at ? $", resets {TimeText.Of(at, time)}" : "";
            var pace =
                used >= 100 ? ""
                : window.EmptyAt is { } empty ? $"; empty at {TimeText.Of(empty, time)}"
                : window.ResetsAt is null ? ""
                : "; lasts";
            var text = string.Create(CultureInfo.InvariantCulture, $" {used, 3:0} %{resets}{pace}");
            yield return terminal.Dim(Name(window.Minutes).PadRight(Label))
                + " "
                + painted
                + Cut(text, columns - Label - 1 - BarWidth);
        }
    }

    private IEnumerable<string> Today(OverviewView overview, int columns)
    {
        var today = overview.Today;
        var failed = today.Failed > 0 ? $", {AmountText.Of(today.Failed)} failed" : "";
        var cached = today.Tokens.Input == 0 ? null : (double?)today.Tokens.Cached / today.Tokens.Input;
        yield return Labelled(
            "today",
            $"{AmountText.Of(today.Requests)} {(today.Requests == 1 ? "request" : "requests")}{failed}; "
                + $"tokens in {AmountText.Of(today.Tokens.Input)} ({AmountText.Share(cached)} cached), "
                + $"out {AmountText.Of(today.Tokens.Output)}",
            columns
        );
        var minutes = overview.PerMinute;
        var last = minutes.Count > 0 ? minutes[^1] : null;
        var text = $" {AmountText.Of((last?.Input ?? 0) + (last?.Output ?? 0))} tokens this minute";
        var room = Math.Min(minutes.Count, Math.Max(0, columns - Label - 1 - text.Length));
        yield return Labelled("last hour", Line([.. minutes.TakeLast(room)]) + text, columns);
    }

    private IEnumerable<string> InFlight(OverviewView overview, int columns)
    {
        yield return terminal.Bold($"In flight: {overview.InFlight.Count}");
        if (overview.InFlight.Count == 0)
        {
            yield break;
        }

        yield return terminal.Dim(
            Row(
                columns,
                ("for", -10),
                ("state", -10),
                ("model", -18),
                ("session", -9),
                ("client", -18),
                ("attempt", 7),
                ("events", 6)
            )
        );
        foreach (var request in overview.InFlight)
        {
            yield return Row(
                columns,
                (TimeText.Of(overview.Now - request.StartedAt), -10),
                (request.Phase, -10),
                (request.Model, -18),
                (Short(request.Session, request.Agent), -9),
                (request.Client ?? "-", -18),
                (request.Attempts.ToString(CultureInfo.InvariantCulture), 7),
                (request.Events.ToString(CultureInfo.InvariantCulture), 6)
            );
        }
    }

    private IEnumerable<string> Recent(TopFacts facts, int columns, int room)
    {
        yield return terminal.Bold("Recent requests");
        if (facts.Recent.Count == 0)
        {
            yield return terminal.Dim("  none yet");
            yield break;
        }

        yield return terminal.Dim(
            Row(
                columns,
                ("ended", -8),
                ("state", -10),
                ("model", -15),
                ("first", 6),
                ("total", 6),
                ("in", 7),
                ("cached", 6),
                ("out", 7),
                ("client", -18),
                ("project", -18)
            )
        );
        foreach (var request in facts.Recent.Take(room))
        {
            var tokens = request.Tokens;
            var share = tokens is { Input: > 0 } ? (double?)tokens.Cached / tokens.Input : null;
            var line = Row(
                columns,
                (Clock(request.At), -8),
                (State(request), -10),
                (request.Model, -15),
                (AmountText.Milliseconds(request.FirstMs), 6),
                (AmountText.Milliseconds(request.TotalMs), 6),
                (tokens is null ? "-" : AmountText.Of(tokens.Input), 7),
                (AmountText.Share(share), 6),
                (tokens is null ? "-" : AmountText.Of(tokens.Output), 7),
                (request.Client ?? "-", -18),
                (request.Project ?? "", -18)
            );
            yield return request.Ending == "failed" ? terminal.Bad(line) : line;
        }
    }

    /// <summary>How a request ended, as a word or a status.</summary>
    public static string State(RequestView request) =>
        request.Ending switch
        {
            "answered" => "answered",
            "clientgone" => "left",
            _ => $"failed {request.Status}",
        };

    private static string Short(string? session, string? agent) =>
        session is null ? "-" : (session.Length > 8 ? session[..8] : session) + (agent is null ? "" : "+");

    private static string Name(int? minutes) =>
        minutes switch
        {
            300 => "5 hours",
            10_080 => "week",
            { } known when known % 1440 == 0 => $"{known / 1440} days",
            { } known when known % 60 == 0 => $"{known / 60} hours",
            { } known => $"{known} min",
            null => "window",
        };

    private string Labelled(string label, string text, int columns) =>
        terminal.Dim(label.PadRight(Label)) + " " + Cut(text, columns - Label - 1);

    private static string Line(IReadOnlyList<MinuteView> minutes)
    {
        var most = minutes.Select(minute => minute.Input + minute.Output).DefaultIfEmpty().Max();
        return string.Concat(
            minutes.Select(minute =>
                minute.Input + minute.Output is var tokens and > 0
                    ? Steps[(int)Math.Round((double)tokens / most * (Steps.Length - 1))]
                    : ' '
            )
        );
    }

    private string Clock(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    // Cells of a width; a negative one is filled on the right. What finds no room is left out from the end.
    private static string Row(int columns, params ReadOnlySpan<(string Text, int Width)> cells)
    {
        var line = new StringBuilder(" ");
        foreach (var (text, width) in cells)
        {
            var room = Math.Abs(width);
            if (line.Length + 1 + room > columns)
            {
                break;
            }

            var cell = Cut(text, room);
            line.Append(' ').Append(width < 0 ? cell.PadRight(room) : cell.PadLeft(room));
        }

        return line.ToString().TrimEnd();
    }

    // A screen so small that not even the bars fit: their colours take no room.
    private static string Narrow(string line, int columns)
    {
        var cut = new StringBuilder();
        var used = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\e')
            {
                var end = line.IndexOf('m', i);
                cut.Append(line, i, end - i + 1);
                i = end;
            }
            else if (used++ < columns)
            {
                cut.Append(line[i]);
            }
        }

        return cut.ToString();
    }

    private static string Cut(string text, int width) =>
        text.Length <= width ? text
        : width < 1 ? ""
        : text[..(width - 1)] + "…";
}
