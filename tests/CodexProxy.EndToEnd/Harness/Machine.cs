using System.Runtime.InteropServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A person's machine: <c>codex-proxy</c> and <c>claude</c> stand on the search path, as installed programs do.</summary>
/// <param name="workspace">Home and project folder.</param>
/// <param name="settings">The settings of codex-proxy, as variables.</param>
public sealed class Machine(Workspace workspace, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    /// <summary>What a shell shows before what is typed.</summary>
    public const string ShellPrompt = "$ ";

    private readonly string _programs = Install(workspace);

    /// <summary>Variables beside those of the machine.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Opens a shell in a terminal, in the project folder.</summary>
    /// <param name="columns">Width of the screen.</param>
    public async Task<TerminalScreen> OpenShellAsync(int columns = 80)
    {
        var shell = await TerminalScreen.OpenAsync(workspace, ["sh"], AllVariables(), columns);
        await shell.WaitForAsync(ShellPrompt.TrimEnd());
        return shell;
    }

    /// <summary>Runs codex-proxy outside of a terminal and waits for its end.</summary>
    public Task<ProgramRun> RunAsync(params string[] arguments) =>
        OwnProgram.RunAsync(workspace.Folder, AllVariables(), arguments);

    /// <summary>Asks the client once in print mode, started by codex-proxy, with every tool allowed.</summary>
    public async Task<ClientRun> AskAsync(string prompt, params string[] arguments)
    {
        string[] mode = ["--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions"];
        var run = await RunAsync(["claude", .. mode, .. arguments, "--print", prompt]);
        return new ClientRun(run.Code, run.Output, run.Errors);
    }

    /// <summary>Ends the server that a failed scenario may have left in the background.</summary>
    public async ValueTask DisposeAsync() => await RunAsync("stop");

    private Dictionary<string, string> AllVariables()
    {
        var all = new Dictionary<string, string>
        {
            ["PATH"] = $"{_programs}:{Environment.GetEnvironmentVariable("PATH")}",
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
            ["HOME"] = workspace.Home,
            ["TMPDIR"] = workspace.Temporary,
            ["CLAUDE_CODE_TMPDIR"] = workspace.Temporary,
            ["LANG"] = "C.UTF-8",
            ["TZ"] = "UTC",
            ["PS1"] = ShellPrompt,
            ["DISABLE_AUTOUPDATER"] = "1",
            // Lets tools run unasked for root too, which is what CI is.
            ["IS_SANDBOX"] = "1",
        };
        foreach (var (name, value) in settings.Concat(Variables))
        {
            all[name] = value;
        }

        return all;
    }

    private static string Install(Workspace workspace)
    {
        var folder = workspace.Create("programs");
        var own = Path.Combine(AppContext.BaseDirectory, "codex-proxy");
        foreach (var program in (string[])[own, ClientProgram.Path])
        {
            var link = Path.Combine(folder, Path.GetFileName(program));
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, program);
            }
        }

        return folder;
    }
}
