namespace CodexProxy.Usage;

/// <summary>By what requests are summed up.</summary>
internal enum UsageKey
{
    /// <summary>The minute of local time in which they ended.</summary>
    Minute,

    /// <summary>The hour of local time in which they ended.</summary>
    Hour,

    /// <summary>The day of local time in which they ended.</summary>
    Day,

    /// <summary>The model that served.</summary>
    Model,

    /// <summary>The client's session.</summary>
    Session,

    /// <summary>The folder the client works in.</summary>
    Project,

    /// <summary>The account that served.</summary>
    Account,

    /// <summary>The client, without its version.</summary>
    Client,
}

/// <summary>What is summed up. A request counts at the time it ended.</summary>
/// <param name="By">By what.</param>
/// <param name="Zone">Zone of local times.</param>
internal sealed record UsageQuery(UsageKey By, TimeZoneInfo Zone)
{
    /// <summary>By what each row is split further: model, account or client; null for not at all.</summary>
    public UsageKey? Split { get; init; }

    /// <summary>From then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before then.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only of this model.</summary>
    public string? Model { get; init; }

    /// <summary>Only of the account with this key.</summary>
    public string? Account { get; init; }
}

/// <summary>One row of sums.</summary>
/// <param name="Key">
/// Local time as <c>2026-11-21T14:05</c>, <c>2026-11-21T14:00</c> or <c>2026-11-21</c>, or the name; null for requests that
/// have none.
/// </param>
/// <param name="Split">By what it is split; null without a split, and for requests that have none.</param>
/// <param name="Label">The project of a session; null for everything else.</param>
/// <param name="Sums">The sums.</param>
internal sealed record UsageRow(string? Key, string? Split, string? Label, UsageSums Sums);

/// <summary>What was summed up.</summary>
/// <param name="Rows">Times oldest first; names by their tokens, the most first.</param>
/// <param name="Total">Over all rows.</param>
internal sealed record UsageTable(IReadOnlyList<UsageRow> Rows, UsageSums Total);

/// <summary>How much is kept.</summary>
/// <param name="Records">Requests.</param>
/// <param name="Bytes">Bytes they take.</param>
/// <param name="Oldest">When the oldest ended; null when there is none.</param>
internal sealed record UsageSize(long Records, long Bytes, DateTimeOffset? Oldest);
