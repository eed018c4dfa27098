using System.Collections.Immutable;

namespace CodexProxy.Protocol.Quota;

/// <summary>One quota window of an account.</summary>
/// <param name="UsedPercent">0 to 100, as the upstream counts.</param>
/// <param name="Minutes">Length of the window in minutes; null when not told.</param>
/// <param name="ResetsAt">When it starts anew; null when not told.</param>
public sealed record QuotaWindow(double UsedPercent, int? Minutes, DateTimeOffset? ResetsAt)
{
    /// <summary>Whether it is the five-hour window. Positions say nothing: windows are told apart by their length.</summary>
    public bool IsFiveHours => Minutes == 300;

    /// <summary>Whether it is the weekly window.</summary>
    public bool IsWeek => Minutes == 10_080;
}

/// <summary>One metered limit with its windows.</summary>
/// <param name="Id">Limit id, such as <c>codex</c>.</param>
/// <param name="Name">Name for people, if told.</param>
/// <param name="Windows">Its windows, primary first.</param>
public sealed record MeteredLimit(string Id, string? Name, IReadOnlyList<QuotaWindow> Windows)
{
    /// <summary>Whether requests are allowed; null when not told.</summary>
    public bool? Allowed { get; init; }

    /// <summary>Whether a window is used up; null when not told.</summary>
    public bool? Reached { get; init; }
}

/// <summary>A spend limit that somebody set for this person, for workspaces that pay by use.</summary>
/// <param name="Reached">Whether it is used up.</param>
/// <param name="UsedPercent">0 to 100; null when not told.</param>
/// <param name="ResetsAt">When it starts anew; null when not told.</param>
public sealed record SpendLimit(bool Reached, double? UsedPercent, DateTimeOffset? ResetsAt);

/// <summary>Credits bought beyond the plan.</summary>
/// <param name="Has">Whether there are any.</param>
/// <param name="Unlimited">Whether they never end.</param>
/// <param name="Balance">What is left, as the upstream words it.</param>
public sealed record CreditBalance(bool Has, bool Unlimited, string? Balance);

/// <summary>Everything one answer told of an account's quota. Immutable.</summary>
public sealed record RateLimitSnapshot
{
    /// <summary>Id of the limit every plan has.</summary>
    public const string MainLimit = "codex";

    /// <summary>Limits by id.</summary>
    public ImmutableDictionary<string, MeteredLimit> Limits { get; init; } =
        ImmutableDictionary<string, MeteredLimit>.Empty;

    /// <summary>The limit that counts for the last answer.</summary>
    public string ActiveLimit { get; init; } = MainLimit;

    /// <summary>Plan name, an open set of words.</summary>
    public string? Plan { get; init; }

    /// <summary>Credits, if told.</summary>
    public CreditBalance? Credits { get; init; }

    /// <summary>Spend limit, if there is one.</summary>
    public SpendLimit? Spend { get; init; }

    /// <summary>The windows that count, primary first.</summary>
    public IReadOnlyList<QuotaWindow> Windows => Limits.GetValueOrDefault(ActiveLimit)?.Windows ?? [];

    /// <summary>The five-hour window that counts.</summary>
    public QuotaWindow? FiveHours => Windows.FirstOrDefault(window => window.IsFiveHours);

    /// <summary>The weekly window that counts.</summary>
    public QuotaWindow? Week => Windows.FirstOrDefault(window => window.IsWeek);

    /// <summary>This with everything the newer snapshot tells.</summary>
    public RateLimitSnapshot Merge(RateLimitSnapshot newer) =>
        new()
        {
            Limits = Limits.SetItems(newer.Limits),
            ActiveLimit = newer.ActiveLimit,
            Plan = newer.Plan ?? Plan,
            Credits = newer.Credits ?? Credits,
            Spend = newer.Spend ?? Spend,
        };
}
