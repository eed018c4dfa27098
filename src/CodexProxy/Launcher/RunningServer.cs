namespace CodexProxy.Launcher;

/// <summary>The server that runs for one state folder.</summary>
/// <param name="home">The state folder.</param>
/// <param name="time">Clock of all waiting.</param>
internal sealed class RunningServer(string home, TimeProvider time)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
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
    /// <returns>Null when it has ended, else why not.</returns>
    public async Task<string?> EndAsync(ServerRecord record, CancellationToken cancellationToken)
    {
        if (!Ask(record.ProcessId) && record.IsProcessRunning)
        {
            return $"Process {record.ProcessId} belongs to somebody else; it was not stopped.";
        }

        var began = time.GetTimestamp();
        while (record.IsProcessRunning)
        {
            if (time.GetElapsedTime(began) >= EndPatience)
            {
                return $"Process {record.ProcessId} was told to stop, but still runs after 10 seconds. Try again, or end it with your system's means.";
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
