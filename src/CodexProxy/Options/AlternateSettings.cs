namespace CodexProxy.Options;

/// <summary>Settings of the alternate upstreams.</summary>
internal static class AlternateSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<IReadOnlyDictionary<string, AlternateUpstream>>
        {
            Path = "upstreams",
            Summary = "Other places than the Codex backend that serve models of their own names.",
            IsSecret = true,
            Kind = new AlternateKind(),
            Get = options => options.Alternates.Named,
            Set = (options, value) => options with { Alternates = options.Alternates with { Named = value } },
        },
        new Setting<bool>
        {
            Path = "kiloEnabled",
            Summary = "Switch on the upstream kilo, a ready preset.",
            Variables = ["CODEX_CLAUDE_PROXY_ENABLE_KILO"],
            Kind = new SwitchKind(),
            Get = options => options.Alternates.KiloEnabled,
            Set = (options, value) => options with { Alternates = options.Alternates with { KiloEnabled = value } },
        },
    ];
}
