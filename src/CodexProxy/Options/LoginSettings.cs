namespace CodexProxy.Options;

/// <summary>Settings of the sign-in.</summary>
internal static class LoginSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<IReadOnlyList<int>>
        {
            Path = "login.callbackPorts",
            Summary =
                "Ports on which a sign-in waits for the browser, tried in this order; the issuer knows 1455 and 1457.",
            Variables = ["CODEX_PROXY_CALLBACK_PORTS"],
            Kind = new PortListKind(),
            Get = options => options.Login.CallbackPorts,
            Set = (options, value) => options with { Login = options.Login with { CallbackPorts = value } },
        },
    ];
}
