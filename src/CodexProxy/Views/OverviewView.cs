using CodexProxy.Records;

namespace CodexProxy.Views;

/// <summary>How the gateway is doing, on one page.</summary>
internal sealed record OverviewView
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>When this run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The gateway's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where it is reached.</summary>
    public required string Address { get; init; }

    /// <summary>Folder of its state, as shown to people.</summary>
    public required string Home { get; init; }

    /// <summary>Whether somebody is signed in whose login the issuer has not refused.</summary>
    public required bool SignedIn { get; init; }

    /// <summary>Why nobody is; null when somebody is.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it; null when nothing is to be done.</summary>
    public string? Cure { get; init; }

    /// <summary>How many accounts there are.</summary>
    public required int Accounts { get; init; }

    /// <summary>The account that serves, with its quota.</summary>
    public AccountView? Account { get; init; }

    /// <summary>Requests that are being served, oldest first.</summary>
    public required IReadOnlyList<InFlightView> InFlight { get; init; }

    /// <summary>The last 60 minutes, oldest first.</summary>
    public required IReadOnlyList<MinuteView> PerMinute { get; init; }

    /// <summary>Since local midnight.</summary>
    public required TodayView Today { get; init; }

    /// <summary>How the usage history is doing.</summary>
    public required StoreView Store { get; init; }
}

/// <summary>Requests that ended within one minute.</summary>
/// <param name="At">Its begin.</param>
/// <param name="Input">All input tokens, cached included.</param>
/// <param name="Cached">Those read from the prompt cache.</param>
/// <param name="Output">All output tokens.</param>
/// <param name="Requests">Requests.</param>
internal sealed record MinuteView(DateTimeOffset At, long Input, long Cached, long Output, long Requests);

/// <summary>One day so far.</summary>
/// <param name="Since">Its begin.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="HitRatio">Cached share of what was sent again, 0 to 1; null when nothing was.</param>
/// <param name="ByModel">By the model that served, the most tokens first.</param>
internal sealed record TodayView(
    DateTimeOffset Since,
    long Requests,
    long Failed,
    TokenCounts Tokens,
    double? HitRatio,
    IReadOnlyList<ModelUseView> ByModel
);

/// <summary>What one model served.</summary>
/// <param name="Model">The model.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Tokens">Their tokens.</param>
internal sealed record ModelUseView(string Model, long Requests, long Failed, TokenCounts Tokens);

/// <summary>How the usage history is doing.</summary>
/// <param name="Kind">Where records are kept: <c>sqlite</c> or <c>off</c>.</param>
/// <param name="Problem">Why nothing can be kept now; null when all is well.</param>
/// <param name="Records">Requests kept; of this run only where nothing is kept.</param>
/// <param name="Bytes">Bytes they take.</param>
/// <param name="Dropped">Requests of this run that are missing.</param>
internal sealed record StoreView(string Kind, string? Problem, long Records, long Bytes, long Dropped);
