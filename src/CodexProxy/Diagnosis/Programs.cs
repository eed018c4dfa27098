using System.ComponentModel;
using System.Diagnostics;

namespace CodexProxy.Diagnosis;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its first stream.</param>
internal sealed record ProgramEnd(int ExitCode, string Output);

/// <summary>Runs a program to its end; null when it cannot be started.</summary>
/// <param name="program">Its full path, or a name that the system finds.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="input">What it is given to read.</param>
/// <param name="cancellationToken">Ends it.</param>
internal delegate Task<ProgramEnd?> RunProgram(
    string program,
    IReadOnlyList<string> arguments,
    string input,
    CancellationToken cancellationToken
);

/// <summary>Runs real programs.</summary>
internal static class Programs
{
    /// <inheritdoc cref="RunProgram"/>
    public static async Task<ProgramEnd?> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string input,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        if (process is null)
        {
            return null;
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await FeedAsync(process, input);
            await process.WaitForExitAsync(cancellationToken);
            await errors;
            return new ProgramEnd(process.ExitCode, await output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading, which is its right.
        }
    }
}
