using System.Globalization;

namespace CodexProxy.Terminals;

/// <summary>Times for people: short when they are near, in the machine's time zone.</summary>
internal static class TimeText
{
    /// <summary><c>14:05</c> today, <c>Tue 14:05</c> within six days, else <c>28 Nov 14:05</c>, with the year when it is another.</summary>
    public static string Of(DateTimeOffset time, TimeProvider clock)
    {
        var local = TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone);
        var now = clock.GetLocalNow();
        var days = (local.Date - now.Date).TotalDays;
        var format =
            days == 0 ? "HH:mm"
            : days is > 0 and < 7 ? "ddd HH:mm"
            : local.Year == now.Year ? "d MMM HH:mm"
            : "d MMM yyyy HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The two largest units of a span: <c>3 d 4 h</c>, <c>2 h 5 min</c>, <c>40 s</c>.</summary>
    public static string Of(TimeSpan span) =>
        span.TotalDays >= 1 ? Two(span.Days, "d", span.Hours, "h")
        : span.TotalHours >= 1 ? Two(span.Hours, "h", span.Minutes, "min")
        : span.TotalMinutes >= 1 ? $"{span.Minutes} min"
        : $"{Math.Max(0, span.Seconds)} s";

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
