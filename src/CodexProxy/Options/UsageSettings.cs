namespace CodexProxy.Options;

/// <summary>Settings of what is kept of the requests.</summary>
internal static class UsageSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<UsageStoreKind>
        {
            Path = "usage.store",
            Summary = "Where records of the requests are kept: names, times and counts, never content.",
            Variables = ["CODEX_PROXY_USAGE_STORE"],
            Kind = new ChoiceKind<UsageStoreKind>(("sqlite", UsageStoreKind.Sqlite), ("off", UsageStoreKind.Off)),
            Get = options => options.Usage.Store,
            Set = (options, value) => options with { Usage = options.Usage with { Store = value } },
        },
        new Setting<int>
        {
            Path = "usage.retentionDays",
            Summary = "Days after which the record of a request is deleted.",
            Variables = ["CODEX_PROXY_USAGE_RETENTION_DAYS"],
            Kind = new WholeNumberKind(1, 3650),
            Get = options => options.Usage.RetentionDays,
            Set = (options, value) => options with { Usage = options.Usage with { RetentionDays = value } },
        },
        new Setting<int>
        {
            Path = "usage.maxMegabytes",
            Summary = "Size in MiB beyond which the oldest records are deleted.",
            Variables = ["CODEX_PROXY_USAGE_MAX_MEGABYTES"],
            Kind = new WholeNumberKind(8, 65536),
            Get = options => options.Usage.MaxMegabytes,
            Set = (options, value) => options with { Usage = options.Usage with { MaxMegabytes = value } },
        },
    ];
}
