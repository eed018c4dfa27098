using System.Runtime.InteropServices;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>The pinned Claude Code binary, installed by <c>test.sh</c> from <c>client/package-lock.json</c>.</summary>
public static class ClientProgram
{
    /// <summary>Why these tests are skipped where the binary is missing.</summary>
    public const string MissingReason =
        "The pinned Claude Code is not installed; ./test.sh installs it and names it in CODEX_PROXY_TEST_CLIENT.";

    private const string Variable = "CODEX_PROXY_TEST_CLIENT";

    /// <summary>
    /// False only on a developer's machine without the client. In CI the tests run and fail: a suite that cannot run
    /// must not look green.
    /// </summary>
    public static bool ShouldRun => Find() is not null || Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Full path of the binary.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static string Path => Find() ?? throw new FileNotFoundException(MissingReason);

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : null;
        }

        // A client that test.sh installed earlier serves a run from the editor as well.
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var installed = System.IO.Path.Combine(
            SourceTree.Folder,
            "client/node_modules/@anthropic-ai",
            $"claude-code-linux-{architecture}",
            "claude"
        );
        return File.Exists(installed) ? installed : null;
    }
}
