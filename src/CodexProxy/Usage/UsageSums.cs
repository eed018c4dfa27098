using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>Sums over some requests.</summary>
internal sealed record UsageSums
{
    /// <summary>Sums over no requests.</summary>
    public static UsageSums None { get; } = new();

    /// <summary>How many requests.</summary>
    public long Requests { get; init; }

    /// <summary>How many of them ended with an error or a cut; a client that went away is no failure.</summary>
    public long Failed { get; init; }

    /// <summary>Their tokens, where the upstream counted them.</summary>
    public TokenCounts Tokens { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>Input that had been sent before: what a prompt cache could save.</summary>
    public long Resent { get; init; }

    /// <summary>The part of <see cref="Resent"/> that was read from the cache.</summary>
    public long Reread { get; init; }

    /// <summary>Requests that had to pay again for what was sent again.</summary>
    public long Misses { get; init; }

    /// <summary>Calls of the clients' tools.</summary>
    public long ToolCalls { get; init; }

    /// <summary>Results of calls that said they were errors.</summary>
    public long ToolErrors { get; init; }

    /// <summary>Milliseconds to the first event, over the requests that had one.</summary>
    public long FirstMs { get; init; }

    /// <summary>How many requests had a first event.</summary>
    public long FirstCount { get; init; }

    /// <summary>Milliseconds to the end.</summary>
    public long TotalMs { get; init; }

    /// <summary>Cached share of the input sent again, 0 to 1; null while none was.</summary>
    public double? HitRatio => Resent == 0 ? null : (double)Reread / Resent;

    /// <summary>Mean milliseconds to the first event; null when no request had one.</summary>
    public double? FirstMsMean => FirstCount == 0 ? null : (double)FirstMs / FirstCount;

    /// <summary>Mean milliseconds to the end; 0 for no requests.</summary>
    public double TotalMsMean => Requests == 0 ? 0 : (double)TotalMs / Requests;

    /// <summary>Sums over the requests of both.</summary>
    public static UsageSums operator +(UsageSums one, UsageSums other) =>
        new()
        {
            Requests = one.Requests + other.Requests,
            Failed = one.Failed + other.Failed,
            Tokens = new TokenCounts(
                one.Tokens.Input + other.Tokens.Input,
                one.Tokens.Cached + other.Tokens.Cached,
                one.Tokens.CacheWrite + other.Tokens.CacheWrite,
                one.Tokens.Output + other.Tokens.Output,
                one.Tokens.Reasoning + other.Tokens.Reasoning
            ),
            Resent = one.Resent + other.Resent,
            Reread = one.Reread + other.Reread,
            Misses = one.Misses + other.Misses,
            ToolCalls = one.ToolCalls + other.ToolCalls,
            ToolErrors = one.ToolErrors + other.ToolErrors,
            FirstMs = one.FirstMs + other.FirstMs,
            FirstCount = one.FirstCount + other.FirstCount,
            TotalMs = one.TotalMs + other.TotalMs,
        };
}
