using System.Net;

namespace CodexProxy.Endpoints;

/// <summary>
/// Which values of the header <c>Host</c> are ours. A page whose name was made to point here sends its own name, and
/// is turned away by it; an address cannot be made to point elsewhere.
/// </summary>
internal static class HostRule
{
    /// <summary>
    /// Whether a host, with the port that stands in it, reaches this connection under a name of ours.
    /// </summary>
    /// <param name="host">Host and port, as in the header or in an origin.</param>
    /// <param name="defaultPort">Port meant when none is written.</param>
    /// <param name="connection">Where the request came in.</param>
    /// <param name="names">Further names, lower case, each with or without a port.</param>
    public static bool IsOurs(HostString host, int defaultPort, ConnectionInfo connection, IReadOnlyList<string> names)
    {
        if (!host.HasValue)
        {
            return false;
        }

        var port = host.Port ?? defaultPort;
        return (port == connection.LocalPort && IsOurAddress(host.Host, connection.LocalIpAddress))
            || IsNamed(host, names);
    }

    private static bool IsOurAddress(string host, IPAddress? local)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address)
            && (IPAddress.IsLoopback(address) || Plain(address).Equals(local is null ? null : Plain(local)));
    }

    private static bool IsNamed(HostString host, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (
                name.Equals(host.Value, StringComparison.OrdinalIgnoreCase)
                || name.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
