using System.Globalization;
using System.Text;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>A session that grows past the window fits by itself: the client compacts before the backend has to refuse.</summary>
public sealed class ContextTests
{
    // What the client's tool for reading answers at most, nearly; some 23,000 tokens.
    private const int LinesOfFile = 1150;
    private const int Window = 272_000;

    [RealClientFact]
    public async Task A_session_past_the_window_is_compacted_in_time_and_goes_on()
    {
        await using var stage = await Stage.OpenAsync();

        await ReadFilesAsync(stage, files: 16, atOnce: 1);

        // Not before most of the window is used, either.
        stage.Asked.Max(request => request.InputTokens).ShouldNotBeNull().ShouldBeInRange(Window * 3 / 4, Window);
    }

    [RealClientFact]
    public async Task So_is_one_with_a_name_that_the_client_does_not_know()
    {
        await using var stage = await Stage.OpenAsync();

        var run = await ReadFilesAsync(stage, files: 16, atOnce: 1, "--model", "claude-codex-gpt-5.5");

        var usage = run.Of("result").Single().GetProperty("modelUsage").GetProperty("claude-codex-gpt-5.5");
        usage.GetProperty("contextWindow").GetInt32().ShouldBe(Window);

        stage.Asked.Max(request => request.InputTokens).ShouldNotBeNull().ShouldBeInRange(Window * 3 / 4, Window);
    }

    [RealClientFact]
    public async Task So_is_one_that_grows_by_a_quarter_of_the_window_at_once()
    {
        await using var stage = await Stage.OpenAsync();

        await ReadFilesAsync(stage, files: 15, atOnce: 3);
    }

    [RealClientFact]
    public async Task A_window_other_than_the_built_in_one_is_known_from_the_first_start_on()
    {
        await using var stage = await Stage.OpenAsync(new SimulatorOptions { ContextWindow = 150_000 });

        await ReadFilesAsync(stage, files: 8, atOnce: 1);
    }

    // A name that the client knows keeps the window it has in the client's own table, in status line and reports; what it
    // shows and compacts by is ours.
    [TerminalFact]
    public async Task The_client_shows_the_window_that_serves()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Workspace.PassFirstStart();
        await using var machine = stage.NewMachine();
        await using var shell = await machine.OpenShellAsync();

        await shell.TypeAsync("codex-proxy claude");
        await shell.WaitForClientAsync(_ => true);
        await shell.TypeAsync("/context");
        var screen = await shell.WaitForAsync("Auto-compact window:");

        screen.ShouldContain("Auto-compact window:  272k tokens");
        screen.ShouldContain("/272k tokens (");
        await shell.TypeAsync("/exit");
        await shell.WaitForShellAsync();
    }

    private static async Task<ClientRun> ReadFilesAsync(Stage stage, int files, int atOnce, params string[] arguments)
    {
        await using var machine = stage.NewMachine();
        var paths = Enumerable.Range(0, files).Select(number => WriteFile(stage, number)).ToArray();
        var calls = paths.Select(ToolCall.Read).Chunk(atOnce).ToArray();
        stage
            .Upstream.When(request => request.LastUserText.Contains("<summary>", StringComparison.Ordinal))
            .Reply(Turn.Text("<analysis>Files.</analysis><summary>They read LONG FILES.</summary>"));
        var reading = stage.Upstream.When(_ => true);
        foreach (var turn in calls)
        {
            reading.Once(Turn.Calls(turn));
        }

        reading.Reply(Turn.Text("All read."));

        var run = await machine.AskAsync("Read the files.", arguments);
        run.Answer.ShouldBe("All read.", run.Errors);
        run.IsError.ShouldBeFalse();
        run.Results.Count.ShouldBe(files);
        run.Of("system", "compact_boundary").Count.ShouldBeGreaterThan(0);
        stage.Asked.Where(request => request.Overflowed).ShouldBeEmpty();
        // The turns, their end, and the summaries.
        stage.ShouldHaveAsked(calls.Length + 1 + run.Of("system", "compact_boundary").Count);
        return run;
    }

    private static string WriteFile(Stage stage, int number)
    {
        var text = new StringBuilder();
        for (var line = 0; line < LinesOfFile; line++)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{number} {line} the quick brown fox jumps over the lazy dog and runs away again, line after line"
            );
        }

        return stage.Workspace.Write($"part{number}.txt", Encoding.UTF8.GetBytes(text.ToString()));
    }
}
