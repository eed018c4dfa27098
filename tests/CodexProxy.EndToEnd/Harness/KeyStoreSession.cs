using System.Diagnostics;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A session bus with an unlocked key store on it (GNOME's), for one scenario.</summary>
public sealed class KeyStoreSession : IAsyncDisposable
{
    /// <summary>Why these tests are skipped where the key store is missing.</summary>
    public const string MissingReason =
        "gnome-keyring, libsecret-1-0 and dbus are not installed; ./test.sh installs them in CI.";

    private static readonly string[] Programs = ["/usr/bin/dbus-daemon", "/usr/bin/gnome-keyring-daemon"];

    private readonly List<Process> _processes = [];

    /// <summary>False only on a developer's machine without the programs; in CI the tests run and fail.</summary>
    public static bool ShouldRun => Programs.All(File.Exists) || Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Where programs find the key store.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts bus and key store.</summary>
    public static async Task<KeyStoreSession> OpenAsync(Workspace workspace)
    {
        var session = new KeyStoreSession();
        try
        {
            await session.StartAsync(workspace);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task StartAsync(Workspace workspace)
    {
        var bus = Start(workspace, Programs[0], "--session", "--nofork", "--print-address");
        Address = await bus.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("No session bus.");
        var store = Start(workspace, Programs[1], "--foreground", "--unlock", "--components=secrets");
        await store.StandardInput.WriteAsync("password of this scenario");
        store.StandardInput.Close();
        // It prints where it listens once it is unlocked and on the bus.
        _ = await store.StandardOutput.ReadLineAsync();
    }

    private Process Start(Workspace workspace, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = workspace.Home;
        start.Environment["XDG_RUNTIME_DIR"] = workspace.Create("run");
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = Address;
        var process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }
}
