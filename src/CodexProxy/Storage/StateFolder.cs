using System.Text.RegularExpressions;

namespace CodexProxy.Storage;

/// <summary>
/// Holds the state folder against what it must be: this user's, and nobody else's to read. What others made loose is put right;
/// what belongs to others is not used.
/// </summary>
internal static partial class StateFolder
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    private static readonly string[] Files =
    [
        "accounts.json",
        "config.json",
        "keys.json",
        "logon-task.xml",
        "models.json",
        "server.json",
        "signing.key",
        "start.lock",
        "upstreams.json",
        "usage.db",
        "usage.db-shm",
        "usage.db-wal",
    ];

    // Folder → the names of our files in it.
    private static readonly Dictionary<string, Regex> Folders = new()
    {
        ["accounts"] = Documents(),
        ["keyring"] = Entries(),
        ["logs"] = Logs(),
        ["recordings"] = Documents(),
        ["setup"] = Checksums(),
    };

    /// <summary>What of the folder belongs to another user, by name, the folder itself as <c>""</c>; null when nothing does.</summary>
    public static string? Foreign(string home) =>
        FileOwner.IsOther(home) ? "" : Parts(home).FirstOrDefault(part => FileOwner.IsOther(Path.Combine(home, part)));

    /// <summary>Takes away what others may do with the folder and its files.</summary>
    /// <returns>The names of what was put right, the folder itself as <c>""</c>.</returns>
    /// <exception cref="IOException">It cannot be put right.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be put right.</exception>
    public static IReadOnlyList<string> Close(string home)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var changed = new List<string>();
        foreach (var part in (IEnumerable<string>)["", .. Parts(home)])
        {
            FileSystemInfo entry = Directory.Exists(Path.Combine(home, part))
                ? new DirectoryInfo(Path.Combine(home, part))
                : new FileInfo(Path.Combine(home, part));
            // What a link leads to is somebody's own arrangement.
            if (entry.LinkTarget is null && (entry.UnixFileMode & Others) != 0)
            {
                entry.UnixFileMode &= ~Others;
                changed.Add(part);
            }
        }

        return changed;
    }

    /// <summary>Every file that has a name of ours: what the program writes or reads, set-aside and half-written forms among it.</summary>
    /// <returns>Paths below <paramref name="home"/>.</returns>
    public static IReadOnlyList<string> Own(string home) =>
        [
            .. Named(home, "")
                .Where(name =>
                    Files.Any(file => name == file || name.StartsWith(file + '.', StringComparison.Ordinal))
                ),
            .. Folders.SelectMany(folder =>
                Named(home, folder.Key).Where(name => folder.Value.IsMatch(Path.GetFileName(name)))
            ),
        ];

    /// <summary>Removes what <see cref="Own"/> names, and the folders when nothing else is in them. What a link leads to stays.</summary>
    /// <returns>Whether something is left, which is somebody else's.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static bool Remove(string home)
    {
        foreach (var name in Own(home))
        {
            File.Delete(Path.Combine(home, name));
        }

        foreach (var folder in Folders.Keys.Append(""))
        {
            var path = new DirectoryInfo(Path.Combine(home, folder));
            if (path is { Exists: true, LinkTarget: null } && !path.EnumerateFileSystemInfos().Any())
            {
                path.Delete();
            }
        }

        return Directory.Exists(home);
    }

    private static IEnumerable<string> Named(string home, string folder) =>
        Directory.Exists(Path.Combine(home, folder))
            ? Directory
                .EnumerateFiles(Path.Combine(home, folder))
                .Select(path => Path.GetRelativePath(home, path))
                .Order(StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> Parts(string home)
    {
        foreach (var folder in Folders.Keys.Where(folder => Directory.Exists(Path.Combine(home, folder))))
        {
            yield return folder;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(home, folder)))
            {
                yield return Path.GetRelativePath(home, file);
            }
        }

        foreach (var file in Files.Where(file => File.Exists(Path.Combine(home, file))))
        {
            yield return file;
        }
    }

    [GeneratedRegex(@"\.json(\.|$)")]
    private static partial Regex Documents();

    [GeneratedRegex(@"\.bin(\.|$)")]
    private static partial Regex Entries();

    [GeneratedRegex(@"^(gateway|server)\.log(\.|$)")]
    private static partial Regex Logs();

    [GeneratedRegex(@"^[0-9a-f]{32}(\.|$)")]
    private static partial Regex Checksums();
}
