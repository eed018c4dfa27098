namespace CodexProxy.Options;

/// <summary>Settings of the backend.</summary>
internal static class UpstreamSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<Uri>
        {
            Path = "upstream.baseUrl",
            Summary = "Root of the backend.",
            Variables = ["CODEX_BASE_URL"],
            Kind = new UrlKind(),
            Get = options => options.Upstream.BaseUrl,
            Set = (options, value) => options with { Upstream = options.Upstream with { BaseUrl = value } },
        },
        new Setting<Uri>
        {
            Path = "upstream.responsesUrl",
            Summary = "Full URL of the responses endpoint; wins over upstream.baseUrl.",
            Variables = ["CHATGPT_API_URL"],
            Kind = new UrlKind(),
            Get = options => options.Upstream.ResponsesUrl,
            Set = (options, value) => options with { Upstream = options.Upstream with { ResponsesUrl = value } },
        },
        new Setting<Uri>
        {
            Path = "upstream.authIssuer",
            Summary = "Issuer of the tokens; the token endpoint is this plus /oauth/token.",
            Variables = ["CODEX_PROXY_AUTH_ISSUER"],
            NeedsRestart = true,
            Kind = new UrlKind(),
            Get = options => options.Upstream.AuthIssuer,
            Set = (options, value) => options with { Upstream = options.Upstream with { AuthIssuer = value } },
        },
        Identity(
            "upstream.originator",
            "CODEX_PROXY_ORIGINATOR",
            "Value of the header originator.",
            new HeaderTextKind(),
            options => options.Originator,
            (options, value) => options with { Originator = value }
        ),
        Identity(
            "upstream.userAgent",
            "CODEX_PROXY_USER_AGENT",
            "Value of the header user-agent.",
            new HeaderTextKind(),
            options => options.UserAgent,
            (options, value) => options with { UserAgent = value }
        ),
        Identity(
            "upstream.clientVersion",
            "CODEX_PROXY_CLIENT_VERSION",
            "Codex client version whose protocol is spoken; the backend refuses models that need a newer one.",
            new VersionKind(),
            options => options.ClientVersion,
            (options, value) => options with { ClientVersion = value }
        ),
        new Setting<TimeSpan>
        {
            Path = "upstream.idleTimeoutSeconds",
            Summary = "Longest silence between two upstream events, in seconds.",
            Variables = ["CODEX_PROXY_IDLE_TIMEOUT"],
            Kind = new SecondsKind(5, 3600),
            Get = options => options.Upstream.IdleTimeout,
            Set = (options, value) => options with { Upstream = options.Upstream with { IdleTimeout = value } },
        },
    ];

    private static Setting<string> Identity(
        string path,
        string variable,
        string summary,
        SettingKind<string> kind,
        Func<UpstreamOptions, string> get,
        Func<UpstreamOptions, string, UpstreamOptions> set
    ) =>
        new()
        {
            Path = path,
            Summary = summary,
            Variables = [variable],
            Kind = kind,
            Get = options => get(options.Upstream),
            Set = (options, value) => options with { Upstream = set(options.Upstream, value) },
        };
}
