using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Settings of the program itself.</summary>
internal static class ServerSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<int>
        {
            Path = "port",
            Summary = "TCP port to listen on; 0 takes a free one.",
            Flag = "--port",
            Variables = ["CODEX_PROXY_PORT", "PROXY_PORT", "PORT"],
            NeedsRestart = true,
            Kind = new WholeNumberKind(0, 65535),
            Get = options => options.Server.Port,
            Set = (options, value) => options with { Server = options.Server with { Port = value } },
        },
        new Setting<string>
        {
            Path = "host",
            Summary = "Address to bind; one that other machines can reach needs keys.",
            Flag = "--host",
            Variables = ["CODEX_PROXY_HOST"],
            NeedsRestart = true,
            Kind = new HostKind(),
            Get = options => options.Server.Host,
            Set = (options, value) => options with { Server = options.Server with { Host = value } },
        },
        new Setting<IReadOnlyList<string>>
        {
            Path = "hostNames",
            Summary = "Further host names under which clients may call.",
            Variables = ["CODEX_PROXY_HOST_NAMES"],
            Kind = new HostNameListKind(),
            Get = options => options.Server.HostNames,
            Set = (options, value) => options with { Server = options.Server with { HostNames = value } },
        },
        new Setting<IReadOnlyList<Secret>>
        {
            Path = "clientKeys",
            Summary = "Keys of which clients must present one; without any, every client on this machine is served.",
            Variables = ["CODEX_PROXY_CLIENT_KEYS"],
            IsSecret = true,
            Kind = new KeyListKind(),
            Get = options => options.Server.ClientKeys,
            Set = (options, value) => options with { Server = options.Server with { ClientKeys = value } },
        },
        new Setting<ClientAuth>
        {
            Path = "clientAuth",
            Summary = "Which keys clients must present; auto is keys once there is one, else any.",
            Variables = ["CODEX_PROXY_CLIENT_AUTH"],
            Kind = new ChoiceKind<ClientAuth>(
                ("auto", ClientAuth.Auto),
                ("any", ClientAuth.Any),
                ("anthropic-format", ClientAuth.AnthropicFormat),
                ("keys", ClientAuth.Keys)
            ),
            Get = options => options.Server.ClientAuth,
            Set = (options, value) => options with { Server = options.Server with { ClientAuth = value } },
        },
        new Setting<int>
        {
            Path = "bodyLimit",
            Summary = "Largest request body, before and after decoding.",
            Variables = ["PROXY_JSON_LIMIT"],
            Kind = new SizeKind(1024, 256 * 1024 * 1024),
            Get = options => options.Server.BodyLimit,
            Set = (options, value) => options with { Server = options.Server with { BodyLimit = value } },
        },
        new Setting<LogLevel>
        {
            Path = "logLevel",
            Summary = "Least severe log line that is written.",
            Flag = "--verbose",
            Variables = ["LOG_LEVEL"],
            Kind = new ChoiceKind<LogLevel>(
                ("error", LogLevel.Error),
                ("warn", LogLevel.Warning),
                ("info", LogLevel.Information),
                ("debug", LogLevel.Debug)
            ),
            Get = options => options.LogLevel,
            Set = (options, value) => options with { LogLevel = value },
        },
        new Setting<string>
        {
            Path = "codexHome",
            Summary = "Folder of the Codex CLI, whose login is used in place.",
            Variables = ["CODEX_HOME"],
            NeedsRestart = true,
            Kind = new PathKind(),
            Get = options => options.CodexHome,
            Set = (options, value) => options with { CodexHome = value },
        },
    ];
}
