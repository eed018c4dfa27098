using System.Runtime.CompilerServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A scenario on a screen, with the real Claude Code. Skipped where tmux or the client is missing, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalFactAttribute : FactAttribute
{
    /// <summary>Asks for both.</summary>
    public TerminalFactAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        Skip = TerminalProgram.MissingReason;
        SkipType = typeof(TerminalProgram);
        SkipUnless = nameof(TerminalProgram.ShouldRun);
        Timeout = 180_000;
    }
}
