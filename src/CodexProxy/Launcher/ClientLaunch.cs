using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using CodexProxy.Clients;
using CodexProxy.Options;

namespace CodexProxy.Launcher;

/// <summary>Starts the client with the variables that lead it to the gateway.</summary>
internal static class ClientLaunch
{
    // Everything that a model lets the client run inherits its environment.
    private static readonly IReadOnlyList<string> Secrets =
    [
        .. Settings.All.Where(setting => setting.IsSecret).SelectMany(setting => setting.Variables),
    ];

    /// <summary>
    /// An environment with the client's variables, and without those that would lead it elsewhere or hold a secret of the
    /// gateway.
    /// </summary>
    /// <param name="own">The environment of this process.</param>
    /// <param name="client">The client's variables.</param>
    public static Dictionary<string, string> Environment(IDictionary own, ClientEnvironment client)
    {
        var environment = own.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", Comparer);
        foreach (var rival in ClientEnvironment.Rivals.Concat(Secrets))
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
}
