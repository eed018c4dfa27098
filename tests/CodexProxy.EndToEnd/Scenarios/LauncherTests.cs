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
        await using var machine = stage.NewMachine();
        // Both would lead the client elsewhere.
        machine.Variables["ANTHROPIC_API_KEY"] = "sk-ant-api03-of-somebody";
        machine.Variables["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9";
        var first = await machine.AskAsync("Hello.");
        first.Answer.ShouldBe("First answer.", first.ToString());
        first.Errors.ShouldBeEmpty();
        var server = await machine.RunAsync("start", "--background");
        server.Output.ShouldStartWith("codex-proxy serves already at ");

        // A proxy that nobody answers at: the client must not ask it. The server has its own environment.
        machine.Variables["HTTP_PROXY"] = "http://127.0.0.1:9";
        var second = await machine.AskAsync("Use a tool.");
        second.Answer.ShouldBe("Second answer.", second.ToString());
        second.ResultText(0).ShouldBe("from the tool");
        (await machine.RunAsync("start", "--background")).ShouldBe(server);
        (await machine.RunAsync("stop")).Output.ShouldStartWith("Stopped the server at ");
        stage.ShouldHaveAsked(3);
    }

    [TerminalFact]
    public async Task A_new_user_types_one_command_and_talks_and_the_server_stays()
    {
        await using var stage = await Stage.OpenAsync();
        await using var machine = stage.NewMachine();
        await using var shell = await machine.OpenShellAsync();

        await shell.TypeAsync("codex-proxy claude");
        // The client's own first start: no sign-in and no question about a key is among it.
        await shell.AnswerAsync("Choose the text style", "Enter");
        await shell.AnswerAsync("Press Enter to continue", "Enter");
        await shell.AnswerAsync("❯ No, exit", "Down");
        await shell.AnswerAsync("❯ Yes, I trust this folder", "Enter");
        await shell.WaitForAsync("/effort");
        await shell.TypeAsync("Hello.");
        await shell.WaitForAsync("● You said: Hello.");
        await shell.TypeAsync("/exit");
        await shell.WaitForShellAsync();

        await shell.TypeAsync("codex-proxy status");
        (await shell.WaitForShellAsync()).ShouldContain("server     http://127.0.0.1:");
        await shell.TypeAsync("codex-proxy stop");
        (await shell.WaitForShellAsync()).ShouldContain("Stopped the server at http://127.0.0.1:");
        stage.ShouldHaveAsked(1);
    }

    [TerminalFact]
    public async Task Who_is_not_signed_in_reads_the_cure()
    {
        await using var workspace = new Workspace();
        await using var machine = new Machine(
            workspace,
            new Dictionary<string, string> { ["CODEX_PROXY_HOME"] = Path.Combine(workspace.Temporary, "state") }
        );
        await using var shell = await machine.OpenShellAsync();

        await shell.TypeAsync("codex-proxy claude; echo code $?");
        var screen = await shell.WaitForAsync("code 3");

        screen.ShouldBe(
            """
            $ codex-proxy claude; echo code $?
            error: Not signed in. Run `codex-proxy login`.
            code 3
            $
            """
        );
    }
}
