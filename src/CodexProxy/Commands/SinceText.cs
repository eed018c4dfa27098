using System.Globalization;

namespace CodexProxy.Commands;

/// <summary>Reads a moment in the past: a span before now, or a date with or without a time of day.</summary>
internal static class SinceText
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.fffK",
    ];

    /// <summary>The moment; null when the text is neither.</summary>
    /// <param name="text"><c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>, or a time, local where it names no zone.</param>
    /// <param name="time">Clock and time zone.</param>
    public static DateTimeOffset? Read(string text, TimeProvider time)
    {
        text = text.Trim();
        if (
            text.Length > 1
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
            && Unit(text[^1]) is { } unit
        )
        {
            // Farther back than time goes is as far back as there are lines.
            var span = unit * number;
            return span < TimeSpan.FromDays(36500) ? time.GetUtcNow() - span : DateTimeOffset.MinValue;
        }

        if (
            !DateTime.TryParseExact(
                text,
                Forms,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal,
                out var at
            )
        )
        {
            return null;
        }

        return at.Kind == DateTimeKind.Utc
            ? new DateTimeOffset(at)
            : new DateTimeOffset(at, time.LocalTimeZone.GetUtcOffset(at));
    }

    private static TimeSpan? Unit(char letter) =>
        letter switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
}
