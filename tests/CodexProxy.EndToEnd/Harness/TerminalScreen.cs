using System.Diagnostics;
using System.Globalization;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A terminal of a fixed size with one program in it. A person reads its screen and types.</summary>
public sealed class TerminalScreen : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Workspace _workspace;
    private readonly string _socket;

    private TerminalScreen(Workspace workspace) =>
        (_workspace, _socket) = (workspace, Path.Combine(workspace.Create("tmux"), Guid.NewGuid().ToString("N")[..8]));

    /// <summary>Starts a program in a terminal.</summary>
    /// <param name="workspace">Where it works, and where tmux has its socket.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Its environment, beside the search path.</param>
    /// <param name="columns">Width of the screen.</param>
    public static async Task<TerminalScreen> OpenAsync(
        Workspace workspace,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string> environment,
        int columns = 80
    )
    {
        var screen = new TerminalScreen(workspace);
        // The program sees a plain terminal: it may do other things inside tmux.
        string[] plain = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "TERM=xterm-256color"];
        await TerminalProgram.RunAsync(
            [
                .. screen.Server,
                .. (string[])["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"],
                .. (string[])["new-session", "-d", "-x", columns.ToString(CultureInfo.InvariantCulture), "-y", "40"],
                "--",
                .. plain,
                .. command,
            ],
            workspace.Folder,
            environment
        );
        return screen;
    }

    /// <summary>What stands on the screen, without blanks at the ends of lines.</summary>
    public async Task<string> ReadAsync()
    {
        var lines = (await AskAsync("capture-pane", "-p"))
            .Split('\n')
            .Select(line => line.Replace('\u00A0', ' ').TrimEnd());
        return string.Join('\n', lines).Trim('\n');
    }

    /// <summary>Waits until a text stands on the screen, and answers the whole screen.</summary>
    public Task<string> WaitForAsync(string text) =>
        WaitForAsync(screen => screen.Contains(text, StringComparison.Ordinal) ? screen : null);

    /// <summary>Waits until the shell asks for the next command, and answers the whole screen.</summary>
    public Task<string> WaitForShellAsync() =>
        WaitForAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal) ? screen : null);

    /// <summary>Waits until something holds of the client's screen.</summary>
    public Task<ClientScreen> WaitForClientAsync(Func<ClientScreen, bool> condition) =>
        WaitForAsync(text => ClientScreen.Read(text) is { } screen && condition(screen) ? screen : null);

    // It is another process: nothing tells of a change, so the screen is looked at again and again.
    private async Task<T> WaitForAsync<T>(Func<string, T?> find)
        where T : class
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            var text = await ReadAsync();
            if (find(text) is { } found)
            {
                return found;
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"This is still on the screen:\n{text}");
            }

            await Task.Delay(Interval, time, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Types a line and sends it once it stands on the screen.</summary>
    public async Task TypeAsync(string line)
    {
        await AskAsync("send-keys", "-l", line);
        await WaitForAsync(line);
        await PressAsync("Enter");
    }

    /// <summary>
    /// Presses keys once a dialog stands on the screen and half a second has changed nothing: one that was just drawn may be
    /// drawn anew, and forgets what was pressed.
    /// </summary>
    public async Task AnswerAsync(string dialog, params string[] keys)
    {
        var time = TimeProvider.System;
        var (last, since) = ("", time.GetTimestamp());
        await WaitForAsync(screen =>
        {
            if (screen != last)
            {
                (last, since) = (screen, time.GetTimestamp());
            }

            return screen.Contains(dialog, StringComparison.Ordinal) && time.GetElapsedTime(since) > Quiet
                ? screen
                : null;
        });
        foreach (var key in keys)
        {
            await PressAsync(key);
        }
    }

    /// <summary>Presses one key, by the name that tmux has for it.</summary>
    public Task PressAsync(string key) => AskAsync("send-keys", key);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Shown with a failed test only.
        TestContext.Current.TestOutputHelper?.WriteLine(await ReadAsync());
        var id = int.Parse(await AskAsync("display-message", "-p", "#{pane_pid}"), CultureInfo.InvariantCulture);
        using var program = RunningProgram(id);
        await AskAsync("kill-server");
        // A client that hears of the end writes a last file, which must not come after the folder has gone.
        if (program is not null)
        {
            await program.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    private static Process? RunningProgram(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private string[] Server => ["-u", "-S", _socket, "-f", "/dev/null"];

    private Task<string> AskAsync(params string[] command) =>
        TerminalProgram.RunAsync([.. Server, .. command], _workspace.Folder, new Dictionary<string, string>());
}
