using System.Globalization;
using System.Text.Json;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Clients;

/// <summary>What a client on this machine is told of this installation's gateway.</summary>
internal static class LocalClient
{
    /// <summary>The client's variables under the settings in force.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="port">Where the gateway listens.</param>
    /// <exception cref="IOException">The state folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The state folder may not be read or written.</exception>
    public static ClientEnvironment EnvironmentOf(ProxyOptions options, int port) =>
        new()
        {
            BaseUrl = BaseUrlOf(options.Server, port),
            Key = LocalKey.OfInstallation(options.Home),
            ContextWindow = ClientEnvironment.WindowOf(CatalogueOf(options), options.Models.Rules()),
        };

    /// <summary>Where a client on this machine reaches the gateway; without a slash at the end.</summary>
    public static string BaseUrlOf(ServerOptions server, int port)
    {
        // All addresses of the machine are bound by a wildcard, which is no address to connect to.
        var host =
            server.Host is "*" or "localhost" or "0.0.0.0" or "::" ? "127.0.0.1"
            : server.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{server.Address}]"
            : server.Address.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}");
    }

    private static ModelCatalogue CatalogueOf(ProxyOptions options)
    {
        var file = new CatalogueFile(Path.Combine(options.Home, "models.json"), NullLogger<CatalogueFile>.Instance);
        try
        {
            return file.Read() is { } kept ? ModelCatalogue.Parse(kept.Body) : ModelCatalogue.Embedded;
        }
        catch (JsonException)
        {
            return ModelCatalogue.Embedded;
        }
    }
}
