using System.Net;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Where and for whom the program listens.</summary>
public sealed record ServerOptions
{
    /// <summary>Largest body of the Messages API, in bytes: 32 MiB.</summary>
    public const int DefaultBodyLimit = 32 * 1024 * 1024;

    /// <summary>TCP port, 0 to 65535; 0 takes a free one. Default 8082. Needs a restart.</summary>
    public int Port { get; init; } = 8082;

    /// <summary>
    /// Address to bind: an IP address, <c>localhost</c>, or <c>*</c> for all. Default 127.0.0.1. An address other
    /// machines can reach is refused while <see cref="ClientKeys"/> is empty. Needs a restart.
    /// </summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>
    /// Further names, with or without port, under which clients may call. Default none: only loopback names, and the
    /// bound address, are accepted. A name without port is accepted with every port.
    /// </summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>
    /// Keys of which clients must present one. Default none: any key, or none, is accepted; loopback only.
    /// </summary>
    public IReadOnlyList<Secret> ClientKeys { get; init; } = [];

    /// <summary>Which keys clients must present. Default <see cref="ClientAuth.Auto"/>.</summary>
    public ClientAuth ClientAuth { get; init; }

    /// <summary>What is asked of clients now.</summary>
    /// <param name="hasNamedKeys">Whether there is a list of named keys.</param>
    public ClientAuth AuthWith(bool hasNamedKeys) =>
        ClientAuth != ClientAuth.Auto ? ClientAuth
        : hasNamedKeys || ClientKeys.Count > 0 || !IsLoopback ? ClientAuth.Keys
        : ClientAuth.Any;

    /// <summary>File of the certificate to serve https with. Default empty: plain http. Needs a restart.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>File of the certificate's private key; empty where the certificate's own file holds it. Needs a restart.</summary>
    public string CertificateKey { get; init; } = "";

    /// <summary>Whether clients are served over https.</summary>
    public bool IsEncrypted => Certificate.Length > 0;

    /// <summary>Password of the key or of the .pfx file; null for none. Needs a restart.</summary>
    public Secret? CertificatePassword { get; init; }

    /// <summary>Scheme of the addresses under which clients call.</summary>
    public string Scheme => IsEncrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    /// <summary>Connections that may be open at the same time. Default 4096. Needs a restart.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Requests for models that are served at the same time. Default 2048.</summary>
    public int MaxRequests { get; init; } = 2048;

    /// <summary>Origins of web pages that may call the models, lower case. Default none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Longest time that <see cref="Shutdown"/> can be.</summary>
    public static readonly TimeSpan LongestShutdown = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long requests under way may go on when the gateway is told to stop, 0 to 60 s. Default 20 s. Needs a restart.
    /// </summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Largest request body before and after decoding, in bytes. Default 32 MiB.</summary>
    public int BodyLimit { get; init; } = DefaultBodyLimit;

    /// <summary>The address to bind.</summary>
    public IPAddress Address =>
        Host switch
        {
            "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.Parse(Host),
        };

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);
}

/// <summary>Which keys clients must present.</summary>
public enum ClientAuth
{
    /// <summary><see cref="Keys"/> once there is one, else <see cref="Any"/>.</summary>
    Auto,

    /// <summary>Any key or none. This machine only.</summary>
    Any,

    /// <summary>A known key, or any text of the form of Anthropic's keys. This machine only.</summary>
    AnthropicFormat,

    /// <summary>A known key.</summary>
    Keys,
}
