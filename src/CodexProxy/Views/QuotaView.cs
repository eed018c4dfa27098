using System.Text.Json;
using CodexProxy.Codex;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Views;

/// <summary>One account's quota as the HTTP API and <c>--json</c> tell it.</summary>
/// <param name="Usage">The first window that counts, and all of them.</param>
/// <param name="FetchedAt">When it was told.</param>
internal sealed record QuotaView(UsageView Usage, DateTimeOffset FetchedAt)
{
    /// <summary>The view of what is known; null while nothing is.</summary>
    public static QuotaView? Of(KnownQuota? known, DateTimeOffset now)
    {
        if (known is not { Snapshot: var snapshot })
        {
            return null;
        }

        var first = snapshot.Windows.Count > 0 ? snapshot.Windows[0] : null;
        var limit = snapshot.Limits.GetValueOrDefault(snapshot.ActiveLimit);
        var used = Math.Clamp(first?.UsedPercent ?? 0, 0, 100);
        var reached = limit?.Reached ?? snapshot.Windows.Any(window => window.UsedPercent >= 100);
        return new QuotaView(
            new UsageView
            {
                TotalTokenUsage = used,
                Remaining = 100 - used,
                Percentage = used,
                ResetAt = first?.ResetsAt?.ToUnixTimeSeconds(),
                ResetAfterSeconds = first?.ResetsAt is { } reset ? Math.Max(0, (long)(reset - now).TotalSeconds) : null,
                LimitWindowSeconds = first?.Minutes * 60L,
                PlanType = snapshot.Plan,
                LimitReached = reached,
                Allowed = limit?.Allowed ?? !reached,
                Limits =
                [
                    .. snapshot
                        .Limits.Values.OrderBy(metered => metered.Id == snapshot.ActiveLimit ? 0 : 1)
                        .ThenBy(metered => metered.Id, StringComparer.Ordinal)
                        .Select(metered => LimitView.Of(metered, now)),
                ],
                Credits = snapshot.Credits,
                Spend = snapshot.Spend,
                Raw = known.Report,
            },
            known.At
        );
    }
}

/// <summary>The first window that counts, in the names of earlier programs of this kind, and all windows in our own.</summary>
internal sealed record UsageView
{
    /// <summary>Used share of the first window in percent.</summary>
    public required double TotalTokenUsage { get; init; }

    /// <summary>Always 100: shares are percent.</summary>
    public int Limit { get; } = 100;

    /// <summary>What is left of the first window in percent.</summary>
    public required double Remaining { get; init; }

    /// <summary>Used share of the first window in percent.</summary>
    public required double Percentage { get; init; }

    /// <summary>When the first window starts anew, in Unix seconds.</summary>
    public long? ResetAt { get; init; }

    /// <summary>How long that is from now, in seconds.</summary>
    public long? ResetAfterSeconds { get; init; }

    /// <summary>Length of the first window in seconds.</summary>
    public long? LimitWindowSeconds { get; init; }

    /// <summary>The plan.</summary>
    public string? PlanType { get; init; }

    /// <summary>Whether a window is used up.</summary>
    public required bool LimitReached { get; init; }

    /// <summary>Whether requests are served.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Every metered limit with its windows; the one that counts comes first.</summary>
    public required IReadOnlyList<LimitView> Limits { get; init; }

    /// <summary>Credits bought beyond the plan.</summary>
    public CreditBalance? Credits { get; init; }

    /// <summary>Spend limit of this person.</summary>
    public SpendLimit? Spend { get; init; }

    /// <summary>The backend's own answer; null when the quota was only told by answers to requests.</summary>
    public JsonElement? Raw { get; init; }
}

/// <summary>One metered limit.</summary>
/// <param name="Id">Its id, such as <c>codex</c>.</param>
/// <param name="Name">Its name for people, if told.</param>
/// <param name="Windows">Its windows.</param>
internal sealed record LimitView(string Id, string? Name, IReadOnlyList<WindowView> Windows)
{
    public static LimitView Of(MeteredLimit limit, DateTimeOffset now) =>
        new(limit.Id, limit.Name, [.. limit.Windows.Select(window => WindowView.Of(window, now))]);
}

/// <summary>One window.</summary>
/// <param name="Minutes">Length.</param>
/// <param name="UsedPercent">Used share, 0 to 100.</param>
/// <param name="ResetsAt">When it starts anew.</param>
/// <param name="EmptyAt">When nothing is left if it is used on as so far; null when it lasts.</param>
internal sealed record WindowView(int? Minutes, double UsedPercent, DateTimeOffset? ResetsAt, DateTimeOffset? EmptyAt)
{
    public static WindowView Of(QuotaWindow window, DateTimeOffset now) =>
        new(window.Minutes, window.UsedPercent, window.ResetsAt, QuotaForecast.Of(window, now)?.EmptyAt);
}
