using System.Diagnostics;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>One command from nothing to an answer of the real client.</summary>
public sealed class LauncherTests
{
    [RealClientFact]
    public async Task One_command_starts_the_server_and_the_client_and_the_next_finds_the_server()
    {
        await using var stage = await Stage.OpenAsync();
        stage
            .Upstream.When(_ => true)
            .Once(Turn.Text("First answer."))
            .Once(Turn.Calls(ToolCall.Bash("echo from the tool")))
            .Reply(Turn.Text("Second answer."));
        try
        {
            var first = await AskAsync(stage, "Hello.");
            first.Answer.ShouldBe("First answer.", first.ToString());
            first.Errors.ShouldBeEmpty();
            var server = await RunAsync(stage, "start", "--background");
            server.Output.ShouldStartWith("codex-proxy serves already at ");

            // A proxy that nobody answers at: the client must not ask it. The server has its own environment.
            var second = await AskAsync(stage, "Use a tool.", ("HTTP_PROXY", "http://127.0.0.1:9"));
            second.Answer.ShouldBe("Second answer.", second.ToString());
            second.ResultText(0).ShouldBe("from the tool");
            (await RunAsync(stage, "start", "--background")).ShouldBe(server);
        }
        finally
        {
            (await RunAsync(stage, "stop")).Output.ShouldStartWith("Stopped the server at ");
        }

        stage.ShouldHaveAsked(3);
    }

    private static async Task<ClientRun> AskAsync(Stage stage, string prompt, params (string, string)[] variables)
    {
        string[] client =
        [
            "--output-format",
            "stream-json",
            "--verbose",
            "--dangerously-skip-permissions",
            "-p",
            prompt,
        ];
        var (code, output, errors) = await RunAsync(stage, variables, ["claude", .. client]);
        return new ClientRun(code, output, errors);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(Stage stage, params string[] arguments) =>
        RunAsync(stage, [], arguments);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        Stage stage,
        (string Name, string Value)[] more,
        string[] arguments
    )
    {
        var library = Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");
        var start = new ProcessStartInfo("dotnet", [library, .. arguments])
        {
            WorkingDirectory = stage.Workspace.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        foreach (var (name, value) in Variables(stage).Select(variable => (variable.Key, variable.Value)).Concat(more))
        {
            start.Environment[name] = value;
        }

        start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{arguments[0]} did not end.\n{await output}\n{await errors}");
        }

        return (process.ExitCode, await output, await errors);
    }

    private static Dictionary<string, string> Variables(Stage stage) =>
        new()
        {
            ["HOME"] = stage.Workspace.Home,
            ["TMPDIR"] = stage.Workspace.Temporary,
            ["CLAUDE_CODE_TMPDIR"] = stage.Workspace.Temporary,
            ["LANG"] = "C.UTF-8",
            ["DISABLE_AUTOUPDATER"] = "1",
            // Lets tools run unasked for root too, which is what CI is.
            ["IS_SANDBOX"] = "1",
            ["CODEX_HOME"] = Path.GetDirectoryName(stage.AuthFile)!,
            ["CODEX_PROXY_HOME"] = stage.Workspace.Create("launcher"),
            ["CODEX_PROXY_PORT"] = "0",
            ["CODEX_PROXY_AUTH_ISSUER"] = stage.Upstream.Address.ToString().TrimEnd('/'),
            ["CODEX_BASE_URL"] = stage.Upstream.BackendUrl.ToString().TrimEnd('/'),
            ["CODEX_PROXY_CLAUDE"] = ClientProgram.Path,
            // Would lead the client elsewhere.
            ["ANTHROPIC_API_KEY"] = "sk-ant-api03-of-somebody",
            ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9",
        };
}
