using System.Diagnostics;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>How a run of codex-proxy ended.</summary>
public sealed record ProgramRun(int Code, string Output, string Errors);

/// <summary>codex-proxy itself, as a process with an environment made for it.</summary>
public static class OwnProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Runs one command to its end, with nothing to read.</summary>
    /// <param name="folder">Working folder.</param>
    /// <param name="variables">The whole environment; without a <c>PATH</c> it is that of the caller.</param>
    /// <param name="arguments">Command and arguments.</param>
    public static async Task<ProgramRun> RunAsync(
        string folder,
        IEnumerable<KeyValuePair<string, string>> variables,
        params string[] arguments
    )
    {
        var library = Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");
        var start = new ProcessStartInfo("dotnet", [library, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{arguments[0]} did not end.\n{await output}\n{await errors}");
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}
