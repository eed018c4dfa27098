using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What <c>docs/other-clients.md</c> tells people to do is done.</summary>
public sealed class DocumentedClientTests
{
    [OpenAIClientFact]
    public async Task The_lines_for_curl_get_an_answer()
    {
        await using var stage = await Stage.OpenAsync();
        foreach (var block in Documentation.Blocks(stage, "curl", "sh"))
        {
            stage.Upstream.Next(Turn.Text("Hello there."));

            var run = await BoundedProcess.RunAsync(
                "sh",
                ["-euc", block],
                stage.Workspace.Folder,
                new Dictionary<string, string> { ["CODEX_PROXY_KEY"] = "any", ["HOME"] = stage.Workspace.Home },
                TimeSpan.FromSeconds(30)
            );

            run.Code.ShouldBe(0, run.Errors);
            run.Output.ShouldContain("Hello there.");
        }

        stage.ShouldHaveAsked(2);
    }

    [OpenAIClientFact]
    public async Task The_lines_of_JavaScript_get_their_answers()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("By chat."));
        stage.Upstream.Next(Turn.Text("By responses."));
        var script = Documentation.Blocks(stage, "OpenAI's JavaScript client", "js").Single();

        var run = await JavaScriptClient.RunAsync(stage, "--input-type=module", "--eval", script);

        run.Code.ShouldBe(0, run.Errors);
        run.Output.ShouldBe("By chat.\nBy responses.\n");
        stage.ShouldHaveAsked(2);
    }
}
