using System.Globalization;
using System.Text.Json;

namespace CodexProxy.Simulator.Quota;

/// <summary>The quota of one account: a window of five hours and one of a week.</summary>
public sealed class AccountQuota
{
    private readonly string _planType;

    internal AccountQuota(TimeProvider clock, string planType)
    {
        _planType = planType;
        Primary = new QuotaWindow(clock, TimeSpan.FromMinutes(300));
        Secondary = new QuotaWindow(clock, TimeSpan.FromMinutes(10080));
    }

    /// <summary>The five-hour window.</summary>
    public QuotaWindow Primary { get; }

    /// <summary>The weekly window.</summary>
    public QuotaWindow Secondary { get; }

    /// <summary>Percent of the primary window that one accepted request costs; a week holds seven times as much. Default 0.</summary>
    public double PercentPerRequest { get; set; }

    /// <summary>Whether the account has to wait.</summary>
    public bool IsExhausted => Primary.IsExhausted || Secondary.IsExhausted;

    /// <summary>Uses up the primary window.</summary>
    public void Exhaust() => Primary.UsedPercent = 100;

    internal void Charge()
    {
        if (PercentPerRequest > 0)
        {
            Primary.UsedPercent += PercentPerRequest;
            Secondary.UsedPercent += PercentPerRequest / 7;
        }
    }

    internal IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new("x-codex-active-limit", "codex");
        foreach (var (name, window) in Windows())
        {
            yield return new($"x-codex-{name}-used-percent", Number(window.UsedPercent));
            yield return new($"x-codex-{name}-window-minutes", Number(window.Length.TotalMinutes));
            yield return new($"x-codex-{name}-reset-at", Number(window.ResetsAt.ToUnixTimeSeconds()));
        }

        yield return new("x-codex-credits-has-credits", "false");
        yield return new("x-codex-credits-unlimited", "false");
    }

    internal HttpReply UsageLimitReached()
    {
        var window = Secondary.IsExhausted ? Secondary : Primary;
        var reply = HttpReply.Json(
            429,
            writer =>
            {
                writer.WriteStartObject("error"u8);
                writer.WriteString("type"u8, "usage_limit_reached"u8);
                writer.WriteString("message"u8, "The usage limit has been reached"u8);
                writer.WriteString("plan_type"u8, _planType);
                writer.WriteNumber("resets_at"u8, window.ResetsAt.ToUnixTimeSeconds());
                writer.WriteNumber("resets_in_seconds"u8, window.SecondsToReset);
                writer.WriteEndObject();
            }
        );
        return reply with { Headers = [.. Headers(), new("x-codex-rate-limit-reached-type", "rate_limit_reached")] };
    }

    /// <summary>Members of the <c>codex.rate_limits</c> event.</summary>
    internal void WriteEvent(Utf8JsonWriter writer)
    {
        writer.WriteString("plan_type"u8, _planType);
        writer.WriteStartObject("rate_limits"u8);
        writer.WriteBoolean("allowed"u8, !IsExhausted);
        writer.WriteBoolean("limit_reached"u8, IsExhausted);
        foreach (var (name, window) in Windows())
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("used_percent"u8, window.UsedPercent);
            writer.WriteNumber("window_minutes"u8, (long)window.Length.TotalMinutes);
            writer.WriteNumber("reset_after_seconds"u8, window.SecondsToReset);
            writer.WriteNumber("reset_at"u8, window.ResetsAt.ToUnixTimeSeconds());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteNull("code_review_rate_limits"u8);
        writer.WriteNull("additional_rate_limits"u8);
        WriteCredits(writer);
        writer.WriteNull("promo"u8);
    }

    /// <summary>Members of the usage endpoint's answer.</summary>
    internal void WriteUsage(Utf8JsonWriter writer)
    {
        writer.WriteString("plan_type"u8, _planType);
        writer.WriteStartObject("rate_limit"u8);
        writer.WriteBoolean("allowed"u8, !IsExhausted);
        writer.WriteBoolean("limit_reached"u8, IsExhausted);
        foreach (var (name, window) in Windows())
        {
            writer.WriteStartObject($"{name}_window");
            writer.WriteNumber("used_percent"u8, window.UsedPercent);
            writer.WriteNumber("limit_window_seconds"u8, (long)window.Length.TotalSeconds);
            writer.WriteNumber("reset_after_seconds"u8, window.SecondsToReset);
            writer.WriteNumber("reset_at"u8, window.ResetsAt.ToUnixTimeSeconds());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteNull("code_review_rate_limit"u8);
        writer.WriteNull("additional_rate_limits"u8);
        WriteCredits(writer);
        writer.WriteStartObject("spend_control"u8);
        writer.WriteBoolean("reached"u8, false);
        writer.WriteNull("individual_limit"u8);
        writer.WriteEndObject();
        if (!IsExhausted)
        {
            writer.WriteNull("rate_limit_reached_type"u8);
            return;
        }

        writer.WriteStartObject("rate_limit_reached_type"u8);
        writer.WriteString("type"u8, "rate_limit_reached"u8);
        writer.WriteEndObject();
    }

    private (string Name, QuotaWindow Window)[] Windows() => [("primary", Primary), ("secondary", Secondary)];

    private static void WriteCredits(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("credits"u8);
        writer.WriteBoolean("has_credits"u8, false);
        writer.WriteBoolean("unlimited"u8, false);
        writer.WriteNull("balance"u8);
        writer.WriteEndObject();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
