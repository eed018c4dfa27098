using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using CodexProxy.Clients;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Launcher;

/// <summary>Starts the client with the variables that lead it to the gateway.</summary>
internal static class ClientLaunch
{
    /// <summary>The client's variables for a gateway.</summary>
    /// <param name="options">The settings in force.</param>
    /// <param name="baseUrl">Where the gateway is reached.</param>
    /// <exception cref="IOException">The key cannot be read or made.</exception>
    /// <exception cref="UnauthorizedAccessException">The key may not be read or made.</exception>
    public static ClientEnvironment Variables(ProxyOptions options, string baseUrl) =>
        new()
        {
            BaseUrl = baseUrl,
            Key = LocalKey.OfInstallation(options.Home),
            ContextWindow = ClientEnvironment.WindowOf(Catalogue(options.Home), options.Models.Rules()),
        };

    /// <summary>An environment with the client's variables, and without those that would lead it elsewhere.</summary>
    /// <param name="own">The environment of this process.</param>
    /// <param name="client">The client's variables.</param>
    public static Dictionary<string, string> Environment(IDictionary own, ClientEnvironment client)
    {
        var environment = own.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", Comparer);
        foreach (var rival in ClientEnvironment.Rivals)
        {
            environment.Remove(rival);
        }

        foreach (var (name, value) in client.Variables())
        {
            environment[name] = value;
        }

        if (ProxyBypass.Of(environment.GetValueOrDefault, client.BaseUrl) is { } exceptions)
        {
            foreach (var name in ProxyBypass.Names)
            {
                environment[name] = exceptions;
            }
        }

        return environment;
    }

    /// <summary>
    /// Runs the client. On Unix this process becomes the client, so that terminal, signals and exit code are its own, and
    /// this returns only when that fails.
    /// </summary>
    /// <returns>The client's exit code.</returns>
    /// <exception cref="IOException">The client could not be started.</exception>
    public static async Task<int> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        if (!OperatingSystem.IsWindows())
        {
            var lines = environment.Select(variable => $"{variable.Key}={variable.Value}");
            throw new IOException(UnixCalls.Become(program, [program, .. arguments], lines));
        }

        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start) ?? throw new IOException("The system gave no reason.");
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (Win32Exception exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static StringComparer Comparer =>
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static ModelCatalogue Catalogue(string home)
    {
        var file = new CatalogueFile(Path.Combine(home, "models.json"), NullLogger<CatalogueFile>.Instance);
        try
        {
            return file.Read() is { } kept ? ModelCatalogue.Parse(kept.Body) : ModelCatalogue.Embedded;
        }
        catch (System.Text.Json.JsonException)
        {
            // The server says so in its log and fetches a new one.
            return ModelCatalogue.Embedded;
        }
    }
}
