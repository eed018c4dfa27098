using System.Runtime.CompilerServices;

namespace CodexProxy.Browser;

/// <summary>A test that a real browser plays. Skipped where there is none, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Asks for the browser.</summary>
    public BrowserFactAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        Skip = BrowserProgram.MissingReason;
        SkipType = typeof(BrowserProgram);
        SkipUnless = nameof(BrowserProgram.ShouldRun);
        Timeout = 120_000;
    }
}
