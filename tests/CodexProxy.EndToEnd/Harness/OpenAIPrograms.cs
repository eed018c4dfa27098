using System.Runtime.InteropServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>OpenAI's own clients, installed by <c>test.sh</c> from <c>openai/package-lock.json</c>.</summary>
public static class OpenAIPrograms
{
    /// <summary>Why these tests are skipped where the clients are missing.</summary>
    public const string MissingReason = "OpenAI's clients are not installed; ./test.sh installs them.";

    /// <summary>Where they are installed.</summary>
    public static string Folder { get; } = Path.Combine(SourceTree.Folder, "openai");

    /// <summary>The Codex CLI's own binary; npm's wrapper is left out.</summary>
    public static string Codex { get; } = Path.Combine(Folder, "node_modules", "@openai", Platform);

    /// <summary>False only on a developer's machine without the clients; in CI the tests run and fail.</summary>
    public static bool ShouldRun =>
        (File.Exists(Codex) && Directory.Exists(Path.Combine(Folder, "node_modules", "openai")))
        || Environment.GetEnvironmentVariable("CI") == "true";

    private static string Platform =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? "codex-linux-arm64/vendor/aarch64-unknown-linux-musl/bin/codex"
            : "codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex";
}
