using System.Diagnostics;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>tmux, which gives a program a terminal and tells what stands on its screen.</summary>
public static class TerminalProgram
{
    /// <summary>Why the tests that need it are skipped.</summary>
    public const string MissingReason =
        "tmux or the pinned Claude Code is not installed; ./test.sh installs both in CI.";

    /// <summary>False only on a developer's machine without tmux or the client. In CI the tests run and fail.</summary>
    public static bool ShouldRun =>
        ClientProgram.ShouldRun
        && (
            Environment.GetEnvironmentVariable("CI") == "true"
            || (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, "tmux")))
        );

    /// <summary>Runs one tmux command in an environment without anything of the caller's but its search path.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="folder">Working folder.</param>
    /// <param name="environment">What else is in the environment.</param>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo("tmux", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("tmux did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"tmux: {await errors}");
    }
}
