namespace CodexProxy.Views;

/// <summary>The feed begins, or begins anew: what a page knows may be old.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">When this run began.</param>
/// <param name="Now">The gateway's clock.</param>
internal sealed record HelloView(string Version, DateTimeOffset StartedAt, DateTimeOffset Now);

/// <summary>Quota of an account was told.</summary>
/// <param name="Account">Its key.</param>
/// <param name="Quota">The quota.</param>
internal sealed record QuotaToldView(string Account, QuotaView? Quota);

/// <summary>Something has changed; ask for it again.</summary>
internal sealed record ChangedView;
