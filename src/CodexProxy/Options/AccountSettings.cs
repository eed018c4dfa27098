namespace CodexProxy.Options;

/// <summary>Settings of accounts.</summary>
internal static class AccountSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<bool>
        {
            Path = "accountRotation",
            Summary = "Let your other accounts serve when the active one cannot.",
            Variables = ["CODEX_CLAUDE_PROXY_ENABLE_MULTI_ACCOUNT_ROTATION"],
            Kind = new SwitchKind(),
            Get = options => options.Accounts.Rotation,
            Set = (options, value) => options with { Accounts = options.Accounts with { Rotation = value } },
        },
        new Setting<AccountStrategy>
        {
            Path = "accountStrategy",
            Summary = "How requests are spread while accountRotation is on.",
            Variables = ["CODEX_PROXY_ACCOUNT_STRATEGY"],
            Kind = new ChoiceKind<AccountStrategy>(
                ("sticky", AccountStrategy.Sticky),
                ("round-robin", AccountStrategy.RoundRobin)
            ),
            Get = options => options.Accounts.Strategy,
            Set = (options, value) => options with { Accounts = options.Accounts with { Strategy = value } },
        },
        new Setting<CredentialStore>
        {
            Path = "credentialStore",
            Summary = "Where the tokens of new logins are kept.",
            Variables = ["CODEX_PROXY_CREDENTIAL_STORE"],
            Kind = new ChoiceKind<CredentialStore>(
                ("file", CredentialStore.File),
                ("keyring", CredentialStore.Keyring),
                ("auto", CredentialStore.Auto)
            ),
            Get = options => options.Accounts.Store,
            Set = (options, value) => options with { Accounts = options.Accounts with { Store = value } },
        },
    ];
}
