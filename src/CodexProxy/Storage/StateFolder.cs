namespace CodexProxy.Storage;

/// <summary>
/// Holds the state folder against what it must be: this user's, and nobody else's to read. What others made loose is put right;
/// what belongs to others is not used.
/// </summary>
internal static class StateFolder
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
        "models.json",
        "server.json",
        "signing.key",
        "upstreams.json",
        "usage.db",
        "usage.db-shm",
        "usage.db-wal",
    ];

    private static readonly string[] Folders = ["accounts", "keyring", "logs", "setup"];

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

    private static IEnumerable<string> Parts(string home)
    {
        foreach (var folder in Folders.Where(folder => Directory.Exists(Path.Combine(home, folder))))
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
}
