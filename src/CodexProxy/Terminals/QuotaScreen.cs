using System.Globalization;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Terminals;

/// <summary>Quota windows as bars.</summary>
internal sealed class QuotaScreen(Terminal terminal, TimeProvider time)
{
    private const int BarWidth = 24;

    /// <summary>Shows every limit with its windows, the one that counts first, then credits.</summary>
    public void Show(RateLimitSnapshot snapshot)
    {
        var others = snapshot.Limits.Values.Where(limit => limit.Id != snapshot.ActiveLimit && limit.Windows.Count > 0);
        foreach (var window in snapshot.Windows)
        {
            Show(Label(window), window);
        }

        foreach (var limit in others.OrderBy(limit => limit.Id, StringComparer.Ordinal))
        {
            terminal.Line(terminal.Dim(limit.Name ?? limit.Id));
            foreach (var window in limit.Windows)
            {
                Show(Label(window), window);
            }
        }

        if (snapshot.Windows.Count == 0 && snapshot.Spend is null)
        {
            terminal.Labelled("quota", "this plan tells no windows");
        }

        ShowMoney(snapshot);
    }

    /// <summary>Name of a window by its length.</summary>
    public static string Label(QuotaWindow window) =>
        window switch
        {
            { IsFiveHours: true } => "5 hours",
            { IsWeek: true } => "week",
            { Minutes: { } minutes } when minutes % 1440 == 0 => $"{minutes / 1440} days",
            { Minutes: { } minutes } when minutes % 60 == 0 => $"{minutes / 60} hours",
            { Minutes: { } minutes } => $"{minutes} min",
            _ => "window",
        };

    private void Show(string label, QuotaWindow window)
    {
        var used = Math.Clamp(window.UsedPercent, 0, 100);
        var filled = (int)Math.Round(used / 100 * BarWidth);
        var bar = new string('█', filled) + new string('░', BarWidth - filled);
        var share = string.Create(CultureInfo.InvariantCulture, $"{used, 3:0} % used");
        var resets = window.ResetsAt is { } at ? $", resets {TimeText.Of(at, time)}" : "";
        terminal.Labelled(label, $"{Colour(used, bar)} {share}{resets}{Forecast(window)}");
    }

    private string Forecast(QuotaWindow window)
    {
        if (QuotaForecast.Of(window, time.GetUtcNow()) is not { } forecast || window.UsedPercent >= 100)
        {
            return "";
        }

        return forecast.EmptyAt is { } empty
            ? $"; at this pace it is empty at {TimeText.Of(empty, time)}"
            : "; at this pace it lasts";
    }

    private string Colour(double used, string bar) =>
        used >= 90 ? terminal.Bad(bar)
        : used >= 75 ? terminal.Warned(bar)
        : terminal.Good(bar);

    private void ShowMoney(RateLimitSnapshot snapshot)
    {
        if (snapshot.Credits is { Unlimited: true })
        {
            terminal.Labelled("credits", "unlimited");
        }
        else if (snapshot.Credits is { Has: true } credits)
        {
            terminal.Labelled("credits", credits.Balance is { } balance ? $"{balance} left" : "some left");
        }

        if (snapshot.Spend is { } spend)
        {
            var used = spend.UsedPercent is { } percent
                ? string.Create(CultureInfo.InvariantCulture, $"{percent:0} % used")
                : "";
            var resets = spend.ResetsAt is { } at ? $", resets {TimeText.Of(at, time)}" : "";
            terminal.Labelled("spend", spend.Reached ? $"limit reached{resets}" : used + resets);
        }
    }
}
