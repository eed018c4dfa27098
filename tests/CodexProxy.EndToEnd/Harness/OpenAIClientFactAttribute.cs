using System.Runtime.CompilerServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>A scenario that one of OpenAI's own clients plays. Skipped where they are not installed, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenAIClientFactAttribute : FactAttribute
{
    /// <summary>Asks for the clients.</summary>
    public OpenAIClientFactAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        Skip = OpenAIPrograms.MissingReason;
        SkipType = typeof(OpenAIPrograms);
        SkipUnless = nameof(OpenAIPrograms.ShouldRun);
        Timeout = 120_000;
    }
}
