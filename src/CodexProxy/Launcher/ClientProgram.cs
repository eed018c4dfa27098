namespace CodexProxy.Launcher;

/// <summary>Where Claude Code is installed.</summary>
/// <param name="environment">Reads one environment variable.</param>
/// <param name="userFolder">The user's folder.</param>
internal sealed class ClientProgram(Func<string, string?> environment, string userFolder)
{
    /// <summary>The variable that names the program's file.</summary>
    public const string Variable = "CODEX_PROXY_CLAUDE";

    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The file that <see cref="Variable"/> names; null when it names none.</summary>
    public string? Named => environment(Variable) is { } named && !string.IsNullOrWhiteSpace(named) ? named : null;

    /// <summary>
    /// Full path of the program: the named one, else the first on the search path, else where its installers put it. Null
    /// when there is none.
    /// </summary>
    public string? Find()
    {
        var candidates = Named is { } named
            ? [Path.GetFullPath(named)]
            : Folders().SelectMany(folder => FileNames().Select(name => Path.Combine(folder, name)));
        return candidates.FirstOrDefault(IsProgram);
    }

    private IEnumerable<string> Folders() =>
        [
            .. (environment("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => folder.Trim('"')),
            // The search path of a shell that was open during the installation lacks the first; the second is an alias.
            Path.Combine(userFolder, ".local", "bin"),
            Path.Combine(userFolder, ".claude", "local"),
        ];

    private static string[] FileNames() => OperatingSystem.IsWindows() ? ["claude.exe", "claude.cmd"] : ["claude"];

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
}
