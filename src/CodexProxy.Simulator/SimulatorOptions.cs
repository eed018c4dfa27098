using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Streaming;

namespace CodexProxy.Simulator;

/// <summary>How one simulator behaves; every member has a default that fits tests.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Loopback port; 0 (default) takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock of token expiry, quota windows, silences and time stamps. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Seed of all ids, tokens and seals; the same seed gives the same bytes. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The models served and accepted. Default: the twelve of the catalogue.</summary>
    public IReadOnlyList<CatalogueModel> Models { get; init; } = CatalogueModel.All;

    /// <summary>Replaces every model's context window, in tokens; null (default) keeps the catalogue's.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>
    /// Whether a request outside the lite shape must carry <c>instructions</c>. Default true, as all reports of the service
    /// say; the 0.169.0 client nevertheless leaves the member out.
    /// </summary>
    public bool RequireInstructions { get; init; } = true;

    /// <summary>Whether <c>include</c> must ask for sealed reasoning. Default true: without it nothing can be replayed.</summary>
    public bool RequireInclude { get; init; } = true;

    /// <summary>Whether sealed content that this simulator did not seal for the calling account is refused. Default true.</summary>
    public bool CheckSeals { get; init; } = true;

    /// <summary>Whether <c>response.completed</c> repeats the output items. Default false, as the real service does.</summary>
    public bool FillCompletedOutput { get; init; }

    /// <summary>Whether a stream starts with <c>codex.rate_limits</c>. Default true.</summary>
    public bool SendRateLimitEvents { get; init; } = true;

    /// <summary>Whether answers carry the <c>x-codex-*</c> quota headers. Default true.</summary>
    public bool SendRateLimitHeaders { get; init; } = true;

    /// <summary>Largest accepted body in bytes. Default 32 MiB.</summary>
    public int MaximumBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Life of an access token. Default 10 days.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromDays(10);

    /// <summary>Life of an id token. Default one hour.</summary>
    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether using a refresh token twice also revokes the tokens that followed it. Default false.</summary>
    public bool ReuseRevokesFamily { get; init; }

    /// <summary>How many captured requests are kept; older ones are forgotten, counts go on. Default 1000.</summary>
    public int RequestsKept { get; init; } = 1000;

    /// <summary>When set, <c>/responses</c> answers every request with this prebuilt stream and checks only the credential.</summary>
    public LoadReply? Load { get; init; }
}
