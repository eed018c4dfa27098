using System.Diagnostics;
using System.Globalization;
using System.Text;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Launcher;

namespace CodexProxy.Tests.Documentation;

/// <summary>
/// A shell in a home of its own that runs the lines of one page in order. <c>codex-proxy</c> is the built program, signed in at
/// the simulator; the browser, Claude Code and the SDK are stand-ins.
/// </summary>
internal sealed class DocumentedShell : IAsyncDisposable
{
    private const string UsualAddress = "http://127.0.0.1:8082";

    // Lines of a page may take what lines before have made, so all of them are one script. `ask` is a request of a client.
    private const string Beginning = """
        cd "$HOME"
        ask() {
          curl -sS -o answer -H 'content-type: application/json' -H 'x-claude-code-session-id: 3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77' \
            -H 'user-agent: claude-cli/2.1.329 (external, cli)' -H "authorization: Bearer $(codex-proxy key)" \
            -d "{\"model\":\"${1:-gpt-5.5}\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"${2:-Say hello.}\"}]}" \
            "$GATEWAY/v1/messages"
        }
        mkfifo screen
        trap 'codex-proxy stop' EXIT
        codex-proxy start --background && ask || exit 99

        """;

    private readonly Installation _installation = new();
    private readonly CodexSimulator _simulator;
    private readonly string _address = string.Create(
        CultureInfo.InvariantCulture,
        $"http://127.0.0.1:{Installation.FreePort()}"
    );

    private DocumentedShell(CodexSimulator simulator) => _simulator = simulator;

    /// <summary>Whether what it needs is installed.</summary>
    public static bool IsThere => !OperatingSystem.IsWindows() && Find("bash") is not null && Find("curl") is not null;

    public static async Task<DocumentedShell> OpenAsync()
    {
        var shell = new DocumentedShell(await CodexSimulator.StartAsync());
        await shell._simulator.Login.WriteAsync(shell._installation.Folder[".codex/auth.json"]);
        shell
            ._simulator.When(request => request.LastUserText.Contains("Fail."))
            .Reply(Turn.HttpError(400, "invalid_prompt", "It is not to be."));
        // An answer with an error's status is an error of curl's too.
        shell._installation.Folder.Write(".curlrc", "fail-with-body\n");
        shell.WritePrograms();
        return shell;
    }

    /// <summary>What lies in the state folder, without what the store and locks put beside their files.</summary>
    public IEnumerable<string> Kept =>
        Directory
            .EnumerateFileSystemEntries(_installation.Home)
            .Select(Path.GetFileName)
            .Where(name => !name!.EndsWith(".lock", StringComparison.Ordinal))!;

    /// <summary>Runs lines; what went wrong, or nothing.</summary>
    public async Task<string> RunAsync(IEnumerable<(string Line, DocumentedLine? Told)> lines)
    {
        var script = new StringBuilder(Beginning);
        foreach (var (line, told) in lines)
        {
            script.Append(Script(line.Replace(UsualAddress, _address, StringComparison.Ordinal), told));
        }

        var file = _installation.Folder.Write("page.sh", script.ToString());
        var start = new ProcessStartInfo("bash", [file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var messages = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(150));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            return $"It did not end.\n{await output}\n{await messages}";
        }

        return process.ExitCode == 0 ? "" : $"{await output}\n{await messages}";
    }

    public async ValueTask DisposeAsync()
    {
        _installation.Dispose();
        await _simulator.DisposeAsync();
    }

    private static string Script(string line, DocumentedLine? told)
    {
        var before = told?.Before is { } first ? $"{first} || exit 98\n" : "";
        var bare = DocumentedPage.Bare(line);
        var run = told?.Until is { } text
            ? $$"""
                {{bare}} > screen 2>&1 & running=$!
                grep -q -m1 '{{text}}' screen & reading=$!
                {{(told.Meanwhile is { } what ? $"while kill -0 $reading 2>/dev/null; do {what}; done" : "")}}
                wait $reading; code=$?
                kill $running; wait $running

                """
            : $"{line}\ncode=$?\n";
        return $"echo '+ {bare.Replace("'", "'\\''", StringComparison.Ordinal)}'\n{before}{run}"
            + $"[ $code -eq {told?.Code ?? 0} ] || {{ echo \"ended with $code\"; exit 96; }}\n";
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private void WritePrograms()
    {
        var dotnet = Find("dotnet");
        var program = Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");
        _installation.WriteProgram("bin/codex-proxy", $"exec '{dotnet}' '{program}' \"$@\"\n");
        _installation.WriteProgram(
            "bin/claude",
            "[ \"$1\" = --version ] && exec echo '2.1.329 (Claude Code)'\ncurl -sS \"$ANTHROPIC_BASE_URL/health\"\n"
        );
        _installation.WriteProgram("bin/xdg-open", "exec curl -sSL -o \"$HOME/page\" \"$1\"\n");
        _installation.WriteProgram(
            "bin/dotnet",
            $$"""
            cd '{{Support.Repository.Root}}' || exit 97
            case "$1 $2 $3 $4 $5 $6" in
              "run --project src/CodexProxy -c Release --") shift 6; exec "$HOME/bin/codex-proxy" "$@" ;;
              "publish src/CodexProxy -c Release -o "*) mkdir -p "$6" && cp "$HOME/bin/codex-proxy" "$6" ;;
              *) exit 97 ;;
            esac

            """
        );
    }

    private void SetEnvironment(ProcessStartInfo start)
    {
        var folder = _installation.Folder;
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = $"{folder[".local/bin"]}:{folder["bin"]}:{path}";
        start.Environment["HOME"] = folder.Path;
        start.Environment["SHELL"] = "/bin/bash";
        // A screen, so that the browser is opened.
        start.Environment["DISPLAY"] = ":0";
        start.Environment["GATEWAY"] = _address;
        start.Environment["CODEX_PROXY_PORT"] = new Uri(_address).Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["CODEX_PROXY_CALLBACK_PORTS"] = "0";
        start.Environment["CODEX_BASE_URL"] = _simulator.BackendUrl.AbsoluteUri;
        start.Environment["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.AbsoluteUri;
    }
}
