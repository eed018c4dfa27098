namespace CodexProxy.Options;

/// <summary>What is kept of the requests that were served. Never a prompt or an answer.</summary>
public sealed record UsageOptions
{
    /// <summary>Where it is kept. Default <see cref="UsageStoreKind.Sqlite"/>.</summary>
    public UsageStoreKind Store { get; init; }

    /// <summary>Days after which a request is forgotten, 1 to 3650. Default 365.</summary>
    public int RetentionDays { get; init; } = 365;

    /// <summary>Size beyond which the oldest requests are forgotten, in MiB, 8 to 65536. Default 512.</summary>
    public int MaxMegabytes { get; init; } = 512;
}

/// <summary>Where records of requests are kept.</summary>
public enum UsageStoreKind
{
    /// <summary>In a database file in the home folder.</summary>
    Sqlite,

    /// <summary>Nowhere.</summary>
    Off,
}
