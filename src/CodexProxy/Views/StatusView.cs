namespace CodexProxy.Views;

/// <summary>What <c>codex-proxy status --json</c> tells.</summary>
internal sealed record StatusView
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Whether somebody is signed in whose login the issuer has not refused.</summary>
    public required bool SignedIn { get; init; }

    /// <summary>Why nobody is; null when somebody is.</summary>
    public string? Problem { get; init; }

    /// <summary>The active account; null when there is none.</summary>
    public AccountView? Account { get; init; }

    /// <summary>How many accounts there are.</summary>
    public required int Accounts { get; init; }

    /// <summary>Why the quota could not be learned; null when it was.</summary>
    public string? QuotaProblem { get; init; }

    /// <summary>The running server; null when none runs.</summary>
    public ServerView? Server { get; init; }
}

/// <summary>A running server.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Pid">Its process.</param>
internal sealed record ServerView(Uri Address, string Version, DateTimeOffset StartedAt, int Pid);
