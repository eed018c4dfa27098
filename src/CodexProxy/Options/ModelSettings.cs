namespace CodexProxy.Options;

/// <summary>Settings of the choice of models.</summary>
internal static class ModelSettings
{
    private static readonly ModelNameKind ModelName = new();

    internal static readonly ChoiceKind<string> Effort = ChoiceKind.Of(
        "none",
        "minimal",
        "low",
        "medium",
        "high",
        "xhigh",
        "max"
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        Model(
            "big",
            "CODEX_BIG_MODEL",
            "Model of the large and main families.",
            m => m.Big,
            (m, v) => m with { Big = v }
        ),
        Model("small", "CODEX_SMALL_MODEL", "Model of the small family.", m => m.Small, (m, v) => m with { Small = v }),
        Model(
            "thinking",
            "CODEX_THINKING_MODEL",
            "Model of requests with thinking switched on.",
            m => m.Thinking,
            (m, v) => m with { Thinking = v }
        ),
        Model(
            "opus",
            "ANTHROPIC_DEFAULT_OPUS_MODEL",
            "Model of the opus family; wins over models.big.",
            m => m.Opus,
            (m, v) => m with { Opus = v }
        ),
        Model(
            "sonnet",
            "ANTHROPIC_DEFAULT_SONNET_MODEL",
            "Model of the sonnet family; wins over models.big.",
            m => m.Sonnet,
            (m, v) => m with { Sonnet = v }
        ),
        Model(
            "haiku",
            "ANTHROPIC_DEFAULT_HAIKU_MODEL",
            "Model of the haiku family; wins over models.small.",
            m => m.Haiku,
            (m, v) => m with { Haiku = v }
        ),
        new Setting<bool>
        {
            Path = "models.passthrough",
            Summary = "Send every requested model name upstream as it is.",
            Variables = ["PASSTHROUGH_MODE"],
            Kind = new SwitchKind(),
            Get = options => options.Models.Passthrough,
            Set = (options, value) => options with { Models = options.Models with { Passthrough = value } },
        },
        new Setting<string>
        {
            Path = "models.defaultEffort",
            Summary = "Reasoning effort where the request asks for none.",
            Variables = ["PROXY_DEFAULT_EFFORT"],
            Kind = Effort,
            Get = options => options.Models.DefaultEffort,
            Set = (options, value) => options with { Models = options.Models with { DefaultEffort = value } },
        },
        new Setting<IReadOnlyDictionary<string, string>>
        {
            Path = "models.aliases",
            Summary =
                "Exact requested model name to upstream model name; comes before every other rule but passthrough.",
            Variables = ["CODEX_PROXY_MODEL_ALIASES"],
            Kind = new AliasKind(),
            Get = options => options.Models.Aliases,
            Set = (options, value) => options with { Models = options.Models with { Aliases = value } },
        },
    ];

    private static Setting<string> Model(
        string name,
        string variable,
        string summary,
        Func<ModelOptions, string?> get,
        Func<ModelOptions, string, ModelOptions> set
    ) =>
        new()
        {
            Path = "models." + name,
            Summary = summary,
            Variables = [variable],
            Kind = ModelName,
            Get = options => get(options.Models),
            Set = (options, value) => options with { Models = set(options.Models, value) },
        };
}
