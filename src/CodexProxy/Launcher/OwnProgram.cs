using CodexProxy.Options;

namespace CodexProxy.Launcher;

/// <summary>How this program is started once more.</summary>
internal static class OwnProgram
{
    /// <summary>The program of this process, under the same host, with other arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    public static IReadOnlyList<string> Command(IEnumerable<string> arguments) =>
        Command(Environment.ProcessPath ?? "codex-proxy", Environment.GetCommandLineArgs()[0], arguments);

    /// <summary>How to remove it: what its installer is told, or which files.</summary>
    public static string Removal =>
        RemovalOf(AppContext.BaseDirectory, Environment.ProcessPath ?? AppContext.BaseDirectory);

    /// <summary>Where the runtime unpacks what a single file cannot hold; null where the program is no single file.</summary>
    /// <param name="inputs">The environment.</param>
    public static string? UnpackedFolder(OptionInputs inputs) =>
        IsSingleFile(AppContext.BaseDirectory) ? UnpackedProgram.SharedFolder(inputs) : null;

    // `dotnet tool install` keeps its tools in a folder of that name.
    internal static string RemovalOf(string folder, string process) =>
        folder.Split(Path.DirectorySeparatorChar) is var parts && Array.IndexOf(parts, ".store") is > 0 and var store
            ? parts[..store] is [.., ".dotnet", "tools"]
                ? $"`dotnet tool uninstall -g {ProductInfo.Name}` removes it"
                : $"`dotnet tool uninstall --tool-path {string.Join(Path.DirectorySeparatorChar, parts[..store])} {ProductInfo.Name}` removes it"
            : IsSingleFile(folder)
                ? $"remove {process}"
                : $"remove {folder.TrimEnd(Path.DirectorySeparatorChar)}";

    private static bool IsSingleFile(string folder) => !File.Exists(Path.Combine(folder, ProductInfo.Name + ".dll"));

    /// <summary>Tells the two forms apart: a program of its own, and a library that <c>dotnet</c> runs.</summary>
    internal static IReadOnlyList<string> Command(string process, string library, IEnumerable<string> arguments) =>
        Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.GetFullPath(library), .. arguments]
            : [process, .. arguments];
}
