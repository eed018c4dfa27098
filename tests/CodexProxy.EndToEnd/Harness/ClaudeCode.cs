using System.Diagnostics;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>Starts the real client against a gateway, in a world of its own.</summary>
/// <param name="workspace">Home and project folder.</param>
/// <param name="gateway">The gateway's address.</param>
public sealed class ClaudeCode(Workspace workspace, Uri gateway)
{
    /// <summary>Asks once in print mode and waits for the end.</summary>
    public Task<ClientRun> AskAsync(string prompt, CancellationToken cancellationToken) =>
        AskAsync(new ClientCall(prompt), cancellationToken);

    /// <summary>Plays <paramref name="call"/> and waits for the end.</summary>
    /// <exception cref="TimeoutException">The client took longer than the call's limit; it was ended.</exception>
    public async Task<ClientRun> AskAsync(ClientCall call, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(call.Limit);
        using var process = Start(call);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The client did not end.\n{await output}\n{await errors}");
        }

        return new ClientRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts an interactive session in a terminal; disposing the terminal ends it.</summary>
    /// <param name="call">The first prompt, key and environment.</param>
    /// <param name="columns">Width of the screen.</param>
    public Task<TerminalScreen> OpenAsync(ClientCall call, int columns = 80)
    {
        workspace.PassFirstStart();
        string[] command = [ClientProgram.Path, .. call.Arguments, call.Prompt];
        return TerminalScreen.OpenAsync(workspace, command, Variables(call), columns);
    }

    private Process Start(ClientCall call)
    {
        var start = new ProcessStartInfo(ClientProgram.Path, Arguments(call))
        {
            WorkingDirectory = workspace.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Nothing of the caller's environment may reach the client but what every program needs.
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        foreach (var (name, value) in Variables(call))
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The client did not start.");
        process.StandardInput.Close();
        return process;
    }

    private static IEnumerable<string> Arguments(ClientCall call)
    {
        IEnumerable<string> mode = call.PermissionMode is null
            ? ["--dangerously-skip-permissions"]
            : ["--permission-mode", call.PermissionMode];
        IEnumerable<string> conversation = call.Continues ? ["--continue"] : [];
        return
        [
            "--output-format",
            "stream-json",
            "--verbose",
            .. mode,
            .. conversation,
            .. call.Arguments,
            "--print",
            call.Prompt,
        ];
    }

    private Dictionary<string, string> Variables(ClientCall call)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = workspace.Home,
            ["TMPDIR"] = workspace.Temporary,
            ["CLAUDE_CODE_TMPDIR"] = workspace.Temporary,
            ["LANG"] = "C.UTF-8",
            ["TZ"] = "UTC",
            ["TERM"] = "xterm-256color",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
            // Lets tools run unasked for root too, which is what CI is.
            ["IS_SANDBOX"] = "1",
        };
        if (!call.GoesByItsSettings)
        {
            variables["ANTHROPIC_BASE_URL"] = gateway.ToString().TrimEnd('/');
            variables["ANTHROPIC_AUTH_TOKEN"] = call.Key;
        }

        foreach (var (name, value) in call.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
