using System.Globalization;

namespace CodexProxy.Protocol.Quota;

/// <summary>
/// The quota in the client's own words: <c>anthropic-ratelimit-unified-*</c>, sent only for windows that really have the
/// lengths the client knows, with a reset ahead and under a year away.
/// </summary>
public static class UnifiedHeaders
{
    private const string Prefix = "anthropic-ratelimit-unified-";
    private const double Warning = 0.9;

    /// <summary>The headers of an answer that was not refused for quota; empty while neither window is known.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Write(RateLimitSnapshot snapshot, DateTimeOffset now)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var five = Usable(snapshot.FiveHours, now);
        var week = Usable(snapshot.Week, now);
        if (five is null && week is null)
        {
            return headers;
        }

        WriteWindow(headers, "5h", five);
        WriteWindow(headers, "7d", week);
        var fiveIsFuller = five is not null && (week is null || five.UsedPercent >= week.UsedPercent);
        var (claim, window, name) = fiveIsFuller ? ("five_hour", five!, "5h") : ("seven_day", week!, "7d");
        if (window.UsedPercent / 100 < Warning)
        {
            Add(headers, "status", "allowed");
            return headers;
        }

        Add(headers, "status", "allowed_warning");
        Add(headers, "representative-claim", claim);
        Add(headers, $"{name}-surpassed-threshold", Text(Warning));
        Add(headers, "reset", Seconds(window.ResetsAt!.Value));
        return headers;
    }

    /// <summary>The headers of a refusal for quota.</summary>
    /// <param name="snapshot">What is known of the account.</param>
    /// <param name="resetsAt">When the exhausted window starts anew, if told.</param>
    /// <param name="now">The time of the refusal.</param>
    /// <param name="namesWindow">Whether the exhausted window is one the client has words for.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> WriteRejected(
        RateLimitSnapshot? snapshot,
        DateTimeOffset? resetsAt,
        DateTimeOffset now,
        out bool namesWindow
    )
    {
        var headers = new List<KeyValuePair<string, string>>();
        var five = Usable(snapshot?.FiveHours, now);
        var week = Usable(snapshot?.Week, now);
        var exhausted = Exhausted(five, week, resetsAt);
        namesWindow = exhausted is not null;
        Add(headers, "status", "rejected");
        if ((resetsAt ?? exhausted?.ResetsAt) is { } reset)
        {
            Add(headers, "reset", Seconds(reset));
        }

        if (exhausted is null)
        {
            Add(headers, "overage-disabled-reason", "org_spend_cap_reached");
            return headers;
        }

        Add(headers, "representative-claim", exhausted == five ? "five_hour" : "seven_day");
        WriteWindow(headers, "5h", exhausted == five ? exhausted with { UsedPercent = 100 } : five);
        WriteWindow(headers, "7d", exhausted == week ? exhausted with { UsedPercent = 100 } : week);
        return headers;
    }

    private static QuotaWindow? Exhausted(QuotaWindow? five, QuotaWindow? week, DateTimeOffset? resetsAt)
    {
        // The reset names the window better than a percentage that may be a moment old.
        if (resetsAt is { } reset)
        {
            if (Matches(five, reset))
            {
                return five;
            }

            if (Matches(week, reset))
            {
                return week;
            }
        }

        return week is { UsedPercent: >= 100 } ? week
            : five is { UsedPercent: >= 100 } ? five
            : null;
    }

    private static bool Matches(QuotaWindow? window, DateTimeOffset reset) =>
        window?.ResetsAt is { } at && (at - reset).Duration() <= TimeSpan.FromMinutes(2) && window.UsedPercent >= 50;

    private static QuotaWindow? Usable(QuotaWindow? window, DateTimeOffset now) =>
        window?.ResetsAt is { } reset && reset > now && reset < now.AddYears(1) ? window : null;

    private static void WriteWindow(List<KeyValuePair<string, string>> headers, string name, QuotaWindow? window)
    {
        if (window is null)
        {
            return;
        }

        Add(headers, $"{name}-utilization", Text(Math.Max(0, window.UsedPercent) / 100));
        Add(headers, $"{name}-reset", Seconds(window.ResetsAt!.Value));
    }

    private static void Add(List<KeyValuePair<string, string>> headers, string name, string value) =>
        headers.Add(new(Prefix + name, value));

    private static string Text(double value) => Math.Round(value, 4).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset time) =>
        time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
