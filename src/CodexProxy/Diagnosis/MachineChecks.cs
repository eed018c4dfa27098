using System.Net.Sockets;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Diagnosis;

/// <summary>The runtime, the state folder, the settings and the port.</summary>
internal static class MachineChecks
{
    private const int BuiltFor = 10;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Whether this is the runtime that the program was built for.</summary>
    public static Finding Runtime(Version version) =>
        version.Major switch
        {
            BuiltFor => Finding.Ok($".NET {version}."),
            > BuiltFor => Finding.Warning(
                $".NET {version} is newer than the .NET {BuiltFor} this program was built for.",
                $"If something behaves oddly, install .NET {BuiltFor}."
            ),
            _ => Finding.Problem($".NET {version} is too old.", $"Install .NET {BuiltFor}."),
        };

    /// <summary>What is wrong with the settings.</summary>
    public static Finding Settings(ProxyOptions options, OptionInputs inputs) =>
        File.Exists(options.ConfigPath)
            ? Finding.Ok($"{inputs.Shown(options.ConfigPath)} is valid.")
            : Finding.Ok("No settings file; the defaults and the environment are in force.");

    /// <summary>What is wrong with settings that were refused.</summary>
    public static Finding Settings(OptionsRejectedException rejection)
    {
        var first = rejection.Errors[0];
        var more = rejection.Errors.Count > 1 ? $" There are {rejection.Errors.Count - 1} more." : "";
        return Finding.Problem($"{first.Where}: {first.Problem}.{more}", first.Remedy);
    }

    /// <summary>Whether only the owner can look into the state folder.</summary>
    public static Finding StateFolder(Surveyed surveyed)
    {
        var home = surveyed.Options.Home;
        var shown = surveyed.Inputs.Shown(home);
        if (!Directory.Exists(home))
        {
            return Finding.Ok($"{shown} does not exist yet; the first start makes it.");
        }

        if (OperatingSystem.IsWindows())
        {
            return Finding.Ok($"{shown} is there; its rights are those of the user's folder.");
        }

        if (IsOpen(home))
        {
            return Finding.Problem(
                $"Other users can look into {shown}, which holds keys.",
                $"Run `chmod 700 {shown}`."
            );
        }

        var open = Directory
            .EnumerateFiles(home, "*", SearchOption.AllDirectories)
            .Where(IsOpen)
            .Select(surveyed.Inputs.Shown)
            .Order(StringComparer.Ordinal)
            .ToList();
        return open.Count == 0
            ? Finding.Ok($"{shown} is closed to others.")
            : Finding.Warning(
                $"{open.Count} {(open.Count == 1 ? "file" : "files")} in {shown} would be open to others if the folder were.",
                $"Run `chmod 600 {string.Join(' ', open)}`."
            );
    }

    /// <summary>Who holds the port.</summary>
    /// <param name="surveyed">The settings and the way to this machine.</param>
    /// <param name="isLedHere">Whether the client is led to the port, and would find nobody there.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<Finding> PortAsync(Surveyed surveyed, bool isLedHere, CancellationToken cancellationToken)
    {
        var port = surveyed.Options.Server.Port;
        if (port == 0)
        {
            return Finding.Warning(
                "The settings take another free port at every start, so nothing can be led to it for good.",
                "Name one with --port or CODEX_PROXY_PORT."
            );
        }

        const string Cure = "End that program, or choose another port with --port or CODEX_PROXY_PORT.";
        try
        {
            using var response = await surveyed.Local.GetAsync(
                new Uri(surveyed.BaseUrl + "/health"),
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            return VersionIn(await TextOfAsync(response, cancellationToken)) switch
            {
                null => Finding.Problem($"Another program listens on port {port}.", Cure),
                var version when version == ProductInfo.Version => Finding.Ok(
                    $"The gateway {version} runs on port {port}."
                ),
                var version => Finding.Warning(
                    $"The gateway on port {port} is version {version}; this is {ProductInfo.Version}.",
                    "Start it anew."
                ),
            };
        }
        catch (HttpRequestException exception) when (IsFree(exception))
        {
            return isLedHere
                ? Finding.Warning(
                    $"Claude Code is led to port {port}, and the gateway does not run.",
                    $"Run `{ProductInfo.Name} start --background`."
                )
                : Finding.Ok($"Port {port} is free; the gateway does not run.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Finding.Problem($"Another program listens on port {port}, and does not speak HTTP.", Cure);
        }
    }

    private static bool IsOpen(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static bool IsFree(HttpRequestException exception) =>
        exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static async Task<string> TextOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Whatever answers there may answer without end.
        await response.Content.LoadIntoBufferAsync(64 * 1024, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private static string? VersionIn(string health)
    {
        try
        {
            using var document = SoundJson.Parse(health);
            return
                document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("signed_in", out _)
                && root.TryGetProperty("version", out var version)
                ? version.ToString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
