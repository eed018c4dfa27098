using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Settings of what lies between the program and its clients: encryption, web pages, and how many may come.</summary>
internal static class ConnectionSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<string>
        {
            Path = "server.certificate",
            Summary = "Certificate to serve https with: a PEM file, with its chain, or a .pfx file.",
            Variables = ["CODEX_PROXY_CERTIFICATE"],
            NeedsRestart = true,
            Kind = new PathKind(),
            Get = options => options.Server.Certificate,
            Set = (options, value) => options with { Server = options.Server with { Certificate = value } },
        },
        new Setting<string>
        {
            Path = "server.certificateKey",
            Summary = "Private key of the certificate, where it is not in the same file.",
            Variables = ["CODEX_PROXY_CERTIFICATE_KEY"],
            NeedsRestart = true,
            Kind = new PathKind(),
            Get = options => options.Server.CertificateKey,
            Set = (options, value) => options with { Server = options.Server with { CertificateKey = value } },
        },
        CertificatePassword,
        new Setting<int>
        {
            Path = "server.maxConnections",
            Summary = "Connections that may be open at the same time; more are closed at once.",
            Variables = ["CODEX_PROXY_MAX_CONNECTIONS"],
            NeedsRestart = true,
            Kind = new WholeNumberKind(1, 65535),
            Get = options => options.Server.MaxConnections,
            Set = (options, value) => options with { Server = options.Server with { MaxConnections = value } },
        },
        new Setting<int>
        {
            Path = "server.maxRequests",
            Summary = "Requests for models that are served at the same time; more are told to come again.",
            Variables = ["CODEX_PROXY_MAX_REQUESTS"],
            Kind = new WholeNumberKind(1, 65535),
            Get = options => options.Server.MaxRequests,
            Set = (options, value) => options with { Server = options.Server with { MaxRequests = value } },
        },
        new Setting<TimeSpan>
        {
            Path = "shutdownSeconds",
            Summary = "How long requests under way may go on when the gateway is told to stop.",
            Variables = ["CODEX_PROXY_SHUTDOWN_SECONDS"],
            NeedsRestart = true,
            Kind = new SecondsKind(0, (int)ServerOptions.LongestShutdown.TotalSeconds),
            Get = options => options.Server.Shutdown,
            Set = (options, value) => options with { Server = options.Server with { Shutdown = value } },
        },
        new Setting<IReadOnlyList<string>>
        {
            Path = "allowedOrigins",
            Summary = "Web pages that may call the models from a browser.",
            Variables = ["CODEX_PROXY_ALLOWED_ORIGINS"],
            Kind = new OriginListKind(),
            Get = options => options.Server.AllowedOrigins,
            Set = (options, value) => options with { Server = options.Server with { AllowedOrigins = value } },
        },
    ];

    /// <summary>Password of the certificate's file. A secret, so no file of ours holds it.</summary>
    public static Setting<Secret> CertificatePassword =>
        new()
        {
            Path = "certificatePassword",
            Summary = "Password of the certificate's file.",
            Variables = ["CODEX_PROXY_CERTIFICATE_PASSWORD"],
            InFile = false,
            IsSecret = true,
            NeedsRestart = true,
            Kind = new PasswordKind(),
            Get = options => options.Server.CertificatePassword,
            Set = (options, value) => options with { Server = options.Server with { CertificatePassword = value } },
        };
}
