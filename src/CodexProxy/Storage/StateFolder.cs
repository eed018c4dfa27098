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

    // What is locked, half-written or set aside of a file.
    private const string Endings =
        @"(\.(lock|answer|used|older|later|damaged(-[0-9]+)*(-wal|-shm)?|[0-9a-f]{32}\.next))*$";

    private static readonly string[] Files =
    [
        "accounts.json",
        "config.json",
        "key-usage.json",
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
        ["accounts"] = Accounts(),
        ["keyring"] = Entries(),
        ["logs"] = Logs(),
        ["recordings"] = Recordings(),
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

    /// <summary>
    /// Every file that has a name of ours: what the program writes or reads, set-aside and half-written forms among it. The
    /// folder may be one that a person shares with other programs, so a name that others might choose is none of ours.
    /// </summary>
    /// <returns>Paths below <paramref name="home"/>.</returns>
    public static IReadOnlyList<string> Own(string home) =>
        [
            .. Named(home, "")
                .Where(name =>
                    Files.Any(file =>
                        name.StartsWith(file, StringComparison.Ordinal) && Rest().IsMatch(name[file.Length..])
                    )
                ),
            .. Folders.SelectMany(folder =>
                Named(home, folder.Key).Where(name => folder.Value.IsMatch(Path.GetFileName(name)))
            ),
        ];

    /// <summary>Removes what <see cref="Own"/> names, and the folders when nothing else is in them. A folder that is a link stays one.</summary>
    /// <returns>Whether something is left, which is somebody else's.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static bool Remove(string home)
    {
        foreach (var name in Own(home))
        {
            File.Delete(Path.Combine(home, name));
        }

        foreach (var folder in Folders.Keys)
        {
            RemoveIfEmpty(new DirectoryInfo(Path.Combine(home, folder)));
        }

        try
        {
            RemoveIfEmpty(new DirectoryInfo(home));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A volume, or a folder within one that others own: it is empty, and that is what was wanted.
        }

        return Directory.Exists(home) && Directory.EnumerateFileSystemEntries(home).Any();
    }

    private static void RemoveIfEmpty(DirectoryInfo folder)
    {
        if (folder is { Exists: true, LinkTarget: null } && !folder.EnumerateFileSystemInfos().Any())
        {
            folder.Delete();
        }
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

    [GeneratedRegex("^" + Endings)]
    private static partial Regex Rest();

    // A login that somebody put there keeps its name only when it was set aside.
    [GeneratedRegex(@"^[0-9a-f]{12}\.json" + Endings + @"|\.json\.(older|damaged)$")]
    private static partial Regex Accounts();

    [GeneratedRegex(@"^(probe-)?[0-9a-f]{12}(-answer-[0-9A-Za-z]+)?\.bin(\.|$)")]
    private static partial Regex Entries();

    [GeneratedRegex(@"^(gateway|server)\.log(\.[0-9]+)?(\.lock)?$")]
    private static partial Regex Logs();

    [GeneratedRegex(@"^req_[0-9A-Za-z]{24}\.json" + Endings)]
    private static partial Regex Recordings();

    [GeneratedRegex("^[0-9a-f]{32}" + Endings)]
    private static partial Regex Checksums();
}
