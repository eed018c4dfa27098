using System.Runtime.CompilerServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A scenario that the real Claude Code plays. Skipped where the client is not installed, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealClientFactAttribute : FactAttribute
{
    /// <summary>Asks for the client.</summary>
    public RealClientFactAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        Skip = ClientProgram.MissingReason;
        SkipType = typeof(ClientProgram);
        SkipUnless = nameof(ClientProgram.ShouldRun);
        Timeout = 180_000;
    }
}
