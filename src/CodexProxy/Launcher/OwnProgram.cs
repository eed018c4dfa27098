namespace CodexProxy.Launcher;

/// <summary>How this program is started once more.</summary>
internal static class OwnProgram
{
    /// <summary>The program of this process, under the same host, with other arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    public static IReadOnlyList<string> Command(IEnumerable<string> arguments) =>
        Command(Environment.ProcessPath ?? "codex-proxy", Environment.GetCommandLineArgs()[0], arguments);

    /// <summary>Tells the two forms apart: a program of its own, and a library that <c>dotnet</c> runs.</summary>
    internal static IReadOnlyList<string> Command(string process, string library, IEnumerable<string> arguments) =>
        Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.GetFullPath(library), .. arguments]
            : [process, .. arguments];
}
