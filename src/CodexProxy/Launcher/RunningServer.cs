using CodexProxy.Options;

namespace CodexProxy.Launcher;

/// <summary>The server that runs for one state folder.</summary>
/// <param name="home">The state folder.</param>
/// <param name="time">Clock of all waiting.</param>
internal sealed class RunningServer(string home, TimeProvider time)
{
    // Windows has no signal to ask with: there the server ends at once.
    private static readonly TimeSpan EndPatience = ServerOptions.LongestShutdown + TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly PortProbe _probe = new(time);

    /// <summary>Its record file.</summary>
    public ServerRecordFile Records { get; } = new(home);

    /// <summary>The server whose process runs, answering or not; null when there is none.</summary>
    public ServerRecord? Recorded() => Records.Read() is { IsProcessRunning: true } record ? record : null;

    /// <summary>The server that runs and answers; null when there is none.</summary>
    public async Task<ServerRecord?> FindAsync(CancellationToken cancellationToken) =>
        Recorded() is { } record && await _probe.AskAsync(record.ClientUrl, cancellationToken) == Listener.CodexProxy
            ? record
            : null;

    /// <summary>Asks a server to end, and waits until it has.</summary>
    /// <param name="record">The server.</param>
    /// <param name="takesLonger">Called once when it does not end soon: answers are under way.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when it has ended, else why not.</returns>
    public async Task<string?> EndAsync(ServerRecord record, Action takesLonger, CancellationToken cancellationToken)
    {
        if (!Ask(record.ProcessId) && record.IsProcessRunning)
        {
            return $"Process {record.ProcessId} belongs to somebody else; it was not stopped.";
        }

        var began = time.GetTimestamp();
        var isTold = false;
        while (record.IsProcessRunning)
        {
            var waited = time.GetElapsedTime(began);
            if (waited >= EndPatience)
            {
                return $"Process {record.ProcessId} was told to stop, but still runs after {EndPatience.TotalSeconds:0} seconds. Try again, or end it with your system's means.";
            }

            if (waited >= Soon && !isTold)
            {
                isTold = true;
                takesLonger();
            }

            await Task.Delay(Interval, time, cancellationToken);
        }

        // A server that was killed leaves its record.
        Records.RemoveIfOwn(record);
        return null;
    }

    private static bool Ask(int processId)
    {
        if (!OperatingSystem.IsWindows())
        {
            return UnixCalls.Send(processId, UnixCalls.Terminate);
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            process.Kill();
            return true;
        }
        catch (Exception exception)
            when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
