using CodexProxy.Codex;
using CodexProxy.Protocol.Quota;
using CodexProxy.Relay;

namespace CodexProxy.Views;

/// <summary>What a status line shows of one session.</summary>
internal sealed record SessionView
{
    /// <summary>Model the client asked for last.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Model that really served.</summary>
    public required string ServedModel { get; init; }

    /// <summary>Effort that was sent; null for the model's own.</summary>
    public string? Effort { get; init; }

    /// <summary>Working window of that model in tokens.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>Tokens of the last request and its answer.</summary>
    public required long ContextTokens { get; init; }

    /// <summary>Requests of the session, sub-agents included.</summary>
    public required long Requests { get; init; }

    /// <summary>Input tokens of the session.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Those of them that were read from the prompt cache.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>The five-hour window of the account that served; null when unknown.</summary>
    public WindowView? FiveHours { get; init; }

    /// <summary>The weekly window of the account that served; null when unknown.</summary>
    public WindowView? Week { get; init; }

    /// <summary>The view of a session.</summary>
    public static SessionView Of(SessionUse session, QuotaBook quotas, DateTimeOffset now)
    {
        var quota = session.Account is { } account ? quotas.Find(account) : null;
        return new SessionView
        {
            RequestedModel = session.RequestedModel,
            ServedModel = session.ServedModel,
            Effort = session.Effort,
            ContextWindow = session.ContextWindow,
            ContextTokens = session.ContextTokens,
            Requests = session.Requests,
            InputTokens = session.InputTokens,
            CachedTokens = session.CachedTokens,
            FiveHours = View(quota?.FiveHours, now),
            Week = View(quota?.Week, now),
        };
    }

    private static WindowView? View(QuotaWindow? window, DateTimeOffset now) =>
        window is null ? null : WindowView.Of(window, now);
}
