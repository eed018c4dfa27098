using System.Globalization;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>Shows the prompt cache to people.</summary>
/// <param name="terminal">Where.</param>
/// <param name="time">The clock and time zone of the times.</param>
internal sealed class CacheScreen(Terminal terminal, TimeProvider time)
{
    private const int Columns = 40;
    private const int MissesShown = 10;
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Shows the sessions.</summary>
    /// <param name="view">What is shown.</param>
    /// <param name="everyRequest">Whether each request gets a line, or only those that missed.</param>
    public void Show(CacheView view, bool everyRequest)
    {
        if (view.Sessions.Count == 0)
        {
            terminal.Line("No request of this server run has been answered yet.");
            return;
        }

        foreach (var session in view.Sessions)
        {
            Show(session, everyRequest);
        }
    }

    private void Show(CacheSessionView session, bool everyRequest)
    {
        terminal.Heading(session.Session);
        terminal.Labelled(
            "cache",
            session.HitRatio is { } ratio
                ? $"{Percent(ratio)} of {Count(session.ResentTokens)} tokens sent again were read from it"
                : "nothing has been sent again yet"
        );
        terminal.Labelled("requests", $"{Count(session.Requests)}, {Count(session.Misses)} of them missed");
        if (Timeline(session.Entries) is { Length: > 0 } line)
        {
            terminal.Labelled("over time", line);
        }

        var shown = everyRequest
            ? session.Entries
            : [.. session.Entries.Where(entry => entry.Reason is not null).TakeLast(MissesShown)];
        if (shown.Count > 0)
        {
            Table(shown, everyRequest);
        }
    }

    private void Table(IReadOnlyList<CacheEntryView> entries, bool everyRequest)
    {
        var table = new TextTable("time", "lane", "model", "input", "again", "cached", "hit", "what changed");
        foreach (var entry in entries)
        {
            var text =
                entry.Reason
                ?? (
                    entry.Outcome == "first" ? "first of its lane"
                    : entry.Outcome == "short" ? "too short to be cached"
                    : string.Join(", ", entry.Changes)
                );
            table.Add(
                TimeText.Of(entry.At, time),
                entry.Lane.ToString(CultureInfo.InvariantCulture),
                entry.Model,
                Count(entry.InputTokens),
                Count(entry.ResentTokens),
                Count(entry.CachedTokens),
                entry.HitRatio is { } ratio ? Percent(ratio) : "",
                text
            );
        }

        table.WriteTo(terminal);
        if (!everyRequest)
        {
            terminal.Line(terminal.Dim("Only misses are listed; name the session to see every request."));
        }
    }

    // As many columns as there is room for; each is the ratio of the requests that fall into it.
    private static string Timeline(IReadOnlyList<CacheEntryView> entries)
    {
        CacheEntryView[] counted = [.. entries.Where(entry => entry.Outcome is "hit" or "miss")];
        var columns = Math.Min(Columns, counted.Length);
        return string.Create(
            columns,
            counted,
            (line, all) =>
            {
                for (var i = 0; i < line.Length; i++)
                {
                    var part = all.AsSpan()[(all.Length * i / line.Length)..(all.Length * (i + 1) / line.Length)];
                    long resent = 0;
                    long cached = 0;
                    foreach (var entry in part)
                    {
                        resent += entry.ResentTokens;
                        cached += Math.Min(entry.CachedTokens, entry.ResentTokens);
                    }

                    var ratio = resent == 0 ? 0 : (double)cached / resent;
                    line[i] = Bars[(int)Math.Round(ratio * (Bars.Length - 1))];
                }
            }
        );
    }

    // Rounded down: what is not all must not look like all.
    private static string Percent(double ratio) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ratio * 1000) / 10:0.#} %");

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
