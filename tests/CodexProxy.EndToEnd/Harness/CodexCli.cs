using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>The real Codex CLI with a home of its own and no way out but to the gateway.</summary>
public static class CodexCli
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Asks once and waits for the end.</summary>
    /// <param name="stage">Where the gateway is.</param>
    /// <param name="config">Its settings, as the documentation gives them.</param>
    /// <param name="prompt">What it is asked.</param>
    /// <param name="originator">The name it gives itself; null for its own.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<CodexRun> RunCodexAsync(
        this Stage stage,
        string config,
        string prompt,
        string? originator = null,
        params string[] arguments
    )
    {
        var home = Directory.CreateDirectory(Path.Combine(stage.Workspace.Home, ".codex")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, "config.toml"), config);
        // All that goes elsewhere is led to this door, which nobody opens; a knock is a failure.
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start();
        var outside = string.Create(CultureInfo.InvariantCulture, $"http://{door.LocalEndpoint}");
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = stage.Workspace.Home,
            ["CODEX_HOME"] = home,
            ["TMPDIR"] = stage.Workspace.Temporary,
            ["LANG"] = "C.UTF-8",
            ["HTTPS_PROXY"] = outside,
            ["HTTP_PROXY"] = outside,
            ["ALL_PROXY"] = outside,
            ["NO_PROXY"] = "127.0.0.1",
            ["CODEX_PROXY_KEY"] = "any",
        };
        if (originator is not null)
        {
            variables["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"] = originator;
        }

        var run = await BoundedProcess.RunAsync(
            OpenAIPrograms.Codex,
            [
                "exec",
                "--json",
                "--strict-config",
                "--skip-git-repo-check",
                // What these load comes from the vendor's servers.
                "--disable",
                "plugins",
                "--disable",
                "apps",
                // The sandbox needs rights that containers do not give.
                "--dangerously-bypass-approvals-and-sandbox",
                .. arguments,
                prompt,
            ],
            stage.Workspace.Folder,
            variables,
            Limit
        );
        door.Pending().ShouldBeFalse("the client asked for something outside");
        return new CodexRun(run);
    }
}

/// <summary>What one run of the Codex CLI told.</summary>
public sealed class CodexRun(ProgramRun run)
{
    private readonly List<JsonElement> _events =
    [
        .. run
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    /// <summary>Exit code of the process.</summary>
    public int Code => run.Code;

    /// <summary>Its conversation.</summary>
    public string Thread => Of("thread.started").Single().GetProperty("thread_id").GetString()!;

    /// <summary>Its last message.</summary>
    public string? Answer =>
        Items("agent_message").LastOrDefault() is { ValueKind: not JsonValueKind.Undefined } item
            ? item.GetProperty("text").GetString()
            : null;

    /// <summary>What the finished turn used.</summary>
    public JsonElement Usage => Of("turn.completed").Single().GetProperty("usage");

    /// <summary>Output of the commands that it ran.</summary>
    public IReadOnlyList<string> CommandOutputs =>
        [.. Items("command_execution").Select(item => item.GetProperty("aggregated_output").GetString()!)];

    /// <summary>Events of one type.</summary>
    public IReadOnlyList<JsonElement> Of(string type) =>
        [.. _events.Where(each => each.GetProperty("type").GetString() == type)];

    /// <summary>The whole report, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit {run.Code}\n{run.Output}\n{run.Errors}";

    private IEnumerable<JsonElement> Items(string type) =>
        Of("item.completed")
            .Select(each => each.GetProperty("item"))
            .Where(item => item.GetProperty("type").GetString() == type);
}
