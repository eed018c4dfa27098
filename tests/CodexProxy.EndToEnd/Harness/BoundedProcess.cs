using System.Diagnostics;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>How a run of a program ended.</summary>
public sealed record ProgramRun(int Code, string Output, string Errors);

/// <summary>A program that runs to its end within a time, in an environment made for it.</summary>
public static class BoundedProcess
{
    /// <summary>Runs it with nothing to read.</summary>
    /// <param name="program">The program's file, or its name on the search path.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="folder">Working folder.</param>
    /// <param name="variables">The whole environment; without a <c>PATH</c> it is that of the caller.</param>
    /// <param name="limit">How long it may take.</param>
    /// <exception cref="TimeoutException">It took longer; it was ended.</exception>
    public static async Task<ProgramRun> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IEnumerable<KeyValuePair<string, string>> variables,
        TimeSpan limit
    )
    {
        var start = new ProcessStartInfo(program, arguments)
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

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var ending = new CancellationTokenSource(limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(ending.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end.\n{await output}\n{await errors}");
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}
