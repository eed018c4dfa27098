using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CodexProxy.Launcher;

/// <summary>A process that outlives its starter and the starter's terminal.</summary>
internal sealed class DetachedProcess
{
    // Asynchronous lists of a shell are no children of ours any more once the shell is over, so nobody waits for them. A
    // simple command in the background is the started program itself, hence the number is its own.
    private const string Script = "trap '' HUP; \"$@\" </dev/null >>\"$0\" 2>&1 & echo $!";

    private readonly int _id;
    private readonly string? _start;

    private DetachedProcess(int id)
    {
        _id = id;
        _start = ProcessStart.Of(id);
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _start is null || !ProcessStart.IsRunning(_id, _start);

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="logFile">Receives what it writes, at the end of what is there. Exists already.</param>
    /// <param name="cancellationToken">Ends the waiting for the start.</param>
    /// <exception cref="IOException">It could not be started.</exception>
    public static async Task<DetachedProcess> StartAsync(
        IReadOnlyList<string> command,
        string folder,
        string logFile,
        CancellationToken cancellationToken
    )
    {
        var start = OperatingSystem.IsWindows() ? ForWindows(command, logFile) : ForUnix(command, logFile);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        try
        {
            using var process =
                Process.Start(start) ?? throw new IOException($"{start.FileName} could not be started.");
            if (OperatingSystem.IsWindows())
            {
                return new DetachedProcess(process.Id);
            }

            var number = await process.StandardOutput.ReadLineAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return int.TryParse(number, CultureInfo.InvariantCulture, out var id)
                ? new DetachedProcess(id)
                : throw new IOException($"{command[0]} could not be started.");
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"{start.FileName} could not be started: {exception.Message}", exception);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (HasEnded)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(_id);
            process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile, which is as good.
        }
    }

    private static ProcessStartInfo ForUnix(IReadOnlyList<string> command, string logFile) =>
        new("/bin/sh", ["-c", Script, logFile, .. command]) { RedirectStandardOutput = true };

    // The shell stays as the parent, with a hidden console of its own; it does the redirection, which .NET cannot.
    private static ProcessStartInfo ForWindows(IReadOnlyList<string> command, string logFile)
    {
        var line = string.Join(' ', command.Select(part => $"\"{part}\""));
        return new ProcessStartInfo("cmd.exe") { Arguments = $"/d /s /c \"{line} <nul >>\"{logFile}\" 2>&1\"" };
    }
}
