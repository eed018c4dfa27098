using System.Globalization;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>Which requests are listed, the latest first. A request counts at the time it ended.</summary>
internal sealed record RequestQuery
{
    /// <summary>Most requests of one page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Requests of the page, 1 to <see cref="MaxLimit"/>. Default 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Where the page before ended; null for the first.</summary>
    public UsageCursor? Before { get; init; }

    /// <summary>From then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before then.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of this model: as served, or as the client asked for it.</summary>
    public string? Model { get; init; }

    /// <summary>Of this session.</summary>
    public string? Session { get; init; }

    /// <summary>Of this sub-agent; <c>""</c> for main loops.</summary>
    public string? Agent { get; init; }

    /// <summary>Of the account with this key.</summary>
    public string? Account { get; init; }

    /// <summary>Of this client: its product, or product and version.</summary>
    public string? Client { get; init; }

    /// <summary>That ended so.</summary>
    public RequestEnding? Ending { get; init; }

    /// <summary>Whose id (with or without <c>req_</c>) or session begins with this text, or whose model or failure contains it, in whatever case.</summary>
    public string? Text { get; init; }
}

/// <summary>One page of requests.</summary>
/// <param name="Requests">The latest first.</param>
/// <param name="Next">Where the next page goes on; null when there is none.</param>
/// <param name="Total">How many requests there are on all pages; null on later pages than the first.</param>
internal sealed record RequestPage(IReadOnlyList<RequestRecord> Requests, UsageCursor? Next, long? Total);

/// <summary>A place in a list that is ordered by time: what follows is older.</summary>
/// <param name="At">Time of the last entry before it, to the millisecond.</param>
/// <param name="Id">Id of that entry.</param>
internal sealed record UsageCursor(DateTimeOffset At, string Id)
{
    /// <summary>Reads the written form. False for anything else.</summary>
    public static bool TryParse(string? text, out UsageCursor? cursor)
    {
        cursor = null;
        var dot = text?.IndexOf('.') ?? -1;
        if (
            dot <= 0
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        )
        {
            return false;
        }

        cursor = new UsageCursor(DateTimeOffset.FromUnixTimeMilliseconds(at), text![(dot + 1)..]);
        return true;
    }

    /// <summary>The written form, for addresses.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()}.{Id}");
}
