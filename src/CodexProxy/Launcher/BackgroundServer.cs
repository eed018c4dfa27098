using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Launcher;

/// <summary>What came of looking for a server: <see cref="ServerReady"/> or <see cref="ServerRefused"/>.</summary>
internal abstract record StartResult;

/// <summary>A server answers.</summary>
/// <param name="Record">Which.</param>
/// <param name="IsNew">Whether it was started by this call.</param>
internal sealed record ServerReady(ServerRecord Record, bool IsNew) : StartResult;

/// <summary>There is none, and none could be started.</summary>
/// <param name="Message">Why, and what to do.</param>
/// <param name="PortIsTaken">Whether another program has the port.</param>
/// <param name="LogLines">The last lines it wrote; empty when it never ran.</param>
internal sealed record ServerRefused(string Message, bool PortIsTaken, IReadOnlyList<string> LogLines) : StartResult;

/// <summary>Finds the server of a state folder, or starts one that outlives this process and its terminal.</summary>
/// <param name="options">The settings in force.</param>
/// <param name="inputs">Flags and folder that the server is started with.</param>
/// <param name="time">Clock of all waiting.</param>
internal sealed class BackgroundServer(ProxyOptions options, OptionInputs inputs, TimeProvider time)
{
    private const int ShownLines = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Between the moment another start listens and the moment it has written its record.
    private static readonly TimeSpan RecordPatience = TimeSpan.FromSeconds(2);

    private readonly RunningServer _running = new(options.Home, time);
    private readonly PortProbe _probe = new(time);
    private readonly ServerLog _log = new(options.Home);

    /// <summary>Command line that makes this program serve; replaceable because a test's own program is another.</summary>
    public Func<IEnumerable<string>, IReadOnlyList<string>> Program { get; init; } = OwnProgram.Command;

    /// <summary>The running server, started if need be. Several callers at once get the same one.</summary>
    public async Task<StartResult> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await _running.FindAsync(cancellationToken) is { } found)
        {
            return new ServerReady(found, IsNew: false);
        }

        try
        {
            PrivateFolder.Create(options.Home);
            using var alone = await RefreshLock.AcquireAsync(
                Path.Combine(options.Home, "start.lock"),
                Patience + RecordPatience,
                time,
                cancellationToken
            );
            // Another start may have come first and be done by now.
            return await _running.FindAsync(cancellationToken) is { } other ? new ServerReady(other, IsNew: false)
                : alone is null ? Refused("Another start of codex-proxy does not come to an end. Try again.")
                : await StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused($"The server cannot be started: {exception.Message}");
        }
    }

    private async Task<StartResult> StartAsync(CancellationToken cancellationToken)
    {
        if (await OtherOnPortAsync(cancellationToken) is { } other)
        {
            return other;
        }

        _log.Prepare();
        var before = _log.Length;
        var process = await DetachedProcess.StartAsync(
            Program(["serve", "--detached", .. Flags()]),
            inputs.WorkingFolder,
            _log.FilePath,
            cancellationToken
        );
        var began = time.GetTimestamp();
        while (true)
        {
            // Whoever it is: a server that a person started at this very moment will do.
            if (await _running.FindAsync(cancellationToken) is { } ready)
            {
                return new ServerReady(ready, IsNew: true);
            }

            if (process.HasEnded)
            {
                return await OtherOnPortAsync(cancellationToken)
                    ?? Refused("The server ended at once. Its last lines:", LastLines(before));
            }

            if (time.GetElapsedTime(began) >= Patience)
            {
                process.Kill();
                return Refused("The server did not answer within 15 seconds. Its last lines:", LastLines(before));
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>What keeps a server from getting its port; or the server of this folder, just found there.</summary>
    private async Task<StartResult?> OtherOnPortAsync(CancellationToken cancellationToken)
    {
        var port = options.Server.Port;
        if (port == 0)
        {
            return null;
        }

        switch (await _probe.AskAsync(ReachableAddress.Of(options.Server), cancellationToken))
        {
            case Listener.None:
                return null;
            case Listener.CodexProxy when await RecordedSoonAsync(cancellationToken) is { } record:
                return new ServerReady(record, IsNew: false);
            case Listener.CodexProxy:
                return Taken("another codex-proxy, with another state folder");
            case Listener.Other when _running.Recorded() is { } silent && silent.Address.Port == port:
                return Taken(
                    $"a codex-proxy (process {silent.ProcessId}) that does not answer; `codex-proxy stop` ends it"
                );
            default:
                return Taken("another program");
        }

        ServerRefused Taken(string who) =>
            new($"Port {port} is in use by {who}. Choose another with --port or CODEX_PROXY_PORT.", true, []);
    }

    private async Task<ServerRecord?> RecordedSoonAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < RecordPatience)
        {
            if (await _running.FindAsync(cancellationToken) is { } record)
            {
                return record;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }

        return null;
    }

    private IEnumerable<string> Flags() =>
        inputs.Flags.SelectMany(flag => flag.Key == "--verbose" ? [flag.Key] : (string[])[flag.Key, flag.Value]);

    private IReadOnlyList<string> LastLines(long from)
    {
        using var reader = new LogReader(_log.FilePath);
        reader.SeekLast(ShownLines, from);
        return [.. reader.ReadNew(), .. reader.ReadUnfinished()];
    }

    private static ServerRefused Refused(string message, IReadOnlyList<string>? lines = null) =>
        new(message, PortIsTaken: false, lines ?? []);
}
