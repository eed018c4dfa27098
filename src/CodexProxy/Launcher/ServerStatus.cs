using CodexProxy.Options;

namespace CodexProxy.Launcher;

/// <summary>How the server of a state folder is doing.</summary>
/// <param name="Record">Its record; null when no server runs.</param>
/// <param name="Answers">Whether it answers.</param>
internal sealed record ServerStatus(ServerRecord? Record, bool Answers)
{
    /// <summary>Whether it runs another version than this program.</summary>
    public bool IsOtherVersion => Record is not null && Record.Version != ProductInfo.Version;

    /// <summary>One line for people: the state, where, which process, and what to do about it.</summary>
    public string Summary =>
        Record is null ? $"not running; `{ProductInfo.Name} start --background` starts it"
        : !Answers ? $"process {Record.ProcessId} runs but does not answer; `{ProductInfo.Name} restart` replaces it"
        : IsOtherVersion
            ? $"{Where}, version {Record.Version}; `{ProductInfo.Name} restart` starts {ProductInfo.Version}"
        : Where;

    private string Where => $"{Record?.ClientUrl} (process {Record?.ProcessId})";

    /// <summary>Looks after it.</summary>
    /// <param name="home">The state folder.</param>
    /// <param name="time">Clock of the deadline.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public static async Task<ServerStatus> ReadAsync(
        string home,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var running = new RunningServer(home, time);
        return await running.FindAsync(cancellationToken) is { } found
            ? new ServerStatus(found, Answers: true)
            : new ServerStatus(running.Recorded(), Answers: false);
    }
}
