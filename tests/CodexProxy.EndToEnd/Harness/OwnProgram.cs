namespace CodexProxy.EndToEnd.Harness;

/// <summary>codex-proxy itself, as a process with an environment made for it.</summary>
public static class OwnProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Runs one command to its end, with nothing to read.</summary>
    /// <param name="folder">Working folder.</param>
    /// <param name="variables">The whole environment; without a <c>PATH</c> it is that of the caller.</param>
    /// <param name="arguments">Command and arguments.</param>
    public static Task<ProgramRun> RunAsync(
        string folder,
        IEnumerable<KeyValuePair<string, string>> variables,
        params string[] arguments
    )
    {
        var library = Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");
        return BoundedProcess.RunAsync("dotnet", [library, .. arguments], folder, variables, Limit);
    }
}
