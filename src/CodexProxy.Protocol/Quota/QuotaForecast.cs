namespace CodexProxy.Protocol.Quota;

/// <summary>How long a window lasts if it is used on as it was used so far.</summary>
/// <param name="PercentPerHour">Use of the window since it began, averaged.</param>
/// <param name="EmptyAt">When nothing is left; null when the window starts anew before.</param>
public sealed record QuotaForecast(double PercentPerHour, DateTimeOffset? EmptyAt)
{
    // A few minutes into a window one request looks like a storm.
    private const double LeastElapsedShare = 0.02;

    /// <summary>The forecast for a window; null while too little of it is known or gone.</summary>
    public static QuotaForecast? Of(QuotaWindow window, DateTimeOffset now)
    {
        if (window is not { Minutes: > 0 and var minutes, ResetsAt: { } reset } || reset <= now)
        {
            return null;
        }

        var length = TimeSpan.FromMinutes(minutes);
        var elapsed = length - (reset - now);
        if (elapsed < length * LeastElapsedShare || window.UsedPercent <= 0)
        {
            return null;
        }

        var perHour = window.UsedPercent / elapsed.TotalHours;
        // In hours: a trace of use lasts longer than a time can be.
        var left = Math.Max(0, 100 - window.UsedPercent) / perHour;
        return new QuotaForecast(perHour, left < (reset - now).TotalHours ? now + TimeSpan.FromHours(left) : null);
    }
}
