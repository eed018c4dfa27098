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
