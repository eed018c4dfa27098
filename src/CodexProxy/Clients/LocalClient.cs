using System.Text.Json;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;
using CodexProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Clients;

/// <summary>What a client on this machine is told of this installation's gateway.</summary>
internal static class LocalClient
{
    /// <summary>The client's variables under the settings in force.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="baseUrl">Where the gateway is reached; without a slash at the end.</param>
    /// <param name="key">The key to show. Default: the installation's, whose signing key is made when there is none.</param>
    /// <exception cref="IOException">The state folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The state folder may not be read or written.</exception>
    public static ClientEnvironment EnvironmentOf(ProxyOptions options, string baseUrl, Secret? key = null) =>
        new()
        {
            BaseUrl = baseUrl,
            Key = key ?? LocalKey.OfInstallation(options.Home),
            ContextWindow = ClientEnvironment.WindowOf(CatalogueOf(options), options.ModelRules()),
        };

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
