using System.Globalization;

namespace CodexProxy.Commands;

/// <summary>Times as people write them for the history: <c>7d</c>, <c>24h</c>, <c>today</c>, <c>yesterday</c>, <c>2026-11-01</c>.</summary>
internal static class UsageTimes
{
    /// <summary>What may be written.</summary>
    public const string Expected =
        "7d, 24h, 30m, today, yesterday, a date such as 2026-11-01, or a time such as 2026-11-01T14:00";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd HH:mm",
    ];

    /// <summary>Reads a time in the machine's own zone, or with an offset. False for anything else.</summary>
    public static bool TryRead(string text, TimeProvider clock, out DateTimeOffset time)
    {
        var zone = clock.LocalTimeZone;
        var today = clock.GetLocalNow().Date;
        switch (text.ToLowerInvariant())
        {
            case "today":
                time = At(today, zone);
                return true;
            case "yesterday":
                time = At(today.AddDays(-1), zone);
                return true;
            case [.. var digits, 'd' or 'h' or 'm'] when Count(digits) is { } count:
                // Days are whole ones, beside the part of today that has passed.
                time = char.ToLowerInvariant(text[^1]) switch
                {
                    'd' => At(today.AddDays(-count), zone),
                    'h' => clock.GetUtcNow().AddHours(-count),
                    _ => clock.GetUtcNow().AddMinutes(-count),
                };
                return true;
        }

        if (DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            time = At(local, zone);
            return true;
        }

        return DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out time
        );
    }

    private static int? Count(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100_000
            ? count
            : null;

    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone) =>
        new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetUtcOffset(local));
}
