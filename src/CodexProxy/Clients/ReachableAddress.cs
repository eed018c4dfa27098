using System.Net.Sockets;
using CodexProxy.Options;

namespace CodexProxy.Clients;

/// <summary>A bound address as a client on this machine connects to it.</summary>
internal static class ReachableAddress
{
    /// <summary>Scheme, host and port without a slash at the end. A wildcard, which is no address to connect to, becomes loopback.</summary>
    public static string Of(Uri bound)
    {
        var address = bound.Host is "0.0.0.0" or "[::]" ? new UriBuilder(bound) { Host = "127.0.0.1" }.Uri : bound;
        return address.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Where a server of these settings will be; the port must not be 0.</summary>
    public static string Of(ServerOptions server) => Of(server, server.Port);

    /// <summary>Where a server of these settings is that took this port.</summary>
    public static string Of(ServerOptions server, int port)
    {
        var address = server.Address;
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
        var reachable = new Uri(Of(new UriBuilder(server.Scheme, host, port).Uri));
        return server.IsEncrypted && ServerCertificate.HostFor(server, reachable.Host) is { } name
            ? Of(new UriBuilder(reachable) { Host = name }.Uri)
            : Of(reachable);
    }
}
