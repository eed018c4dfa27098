namespace CodexProxy.Options;

/// <summary>Settings of the translation.</summary>
internal static class MessageSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<PrefillRule>
        {
            Path = "messages.prefill",
            Summary = "What happens to a request that ends with an assistant message.",
            Variables = ["CODEX_PROXY_PREFILL"],
            Kind = new ChoiceKind<PrefillRule>(("continue", PrefillRule.Continue), ("reject", PrefillRule.Reject)),
            Get = options => options.Messages.Prefill,
            Set = (options, value) => options with { Messages = options.Messages with { Prefill = value } },
        },
        new Setting<string>
        {
            Path = "messages.verbosity",
            Summary = "How wordy answers are; not sent when unset.",
            Variables = ["CODEX_PROXY_VERBOSITY"],
            Kind = ChoiceKind.Of("low", "medium", "high"),
            Get = options => options.Messages.Verbosity,
            Set = (options, value) => options with { Messages = options.Messages with { Verbosity = value } },
        },
    ];
}
