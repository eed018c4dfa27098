using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>OpenAI's JavaScript client, which plays the checks of <c>openai/judge.mjs</c>.</summary>
public static class JavaScriptClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Plays one check and answers what it told.</summary>
    public static async Task<JsonElement> CheckAsync(this Stage stage, string check)
    {
        var run = await RunAsync(stage, "judge.mjs", check, new Uri(stage.Gateway, "/v1").ToString());
        run.Code.ShouldBe(0, $"{check}\n{run.Output}\n{run.Errors}");
        return JsonDocument.Parse(run.Output).RootElement;
    }

    /// <summary>Runs Node where the client is found.</summary>
    public static Task<ProgramRun> RunAsync(Stage stage, params string[] arguments) =>
        BoundedProcess.RunAsync(
            "node",
            arguments,
            OpenAIPrograms.Folder,
            new Dictionary<string, string> { ["HOME"] = stage.Workspace.Home, ["CODEX_PROXY_KEY"] = "any" },
            Limit
        );
}
