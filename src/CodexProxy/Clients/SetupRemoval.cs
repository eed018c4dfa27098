namespace CodexProxy.Clients;

/// <summary>
/// A settings file without anything of this installation, before that is done: as it was before the first setup where nobody has
/// changed it since; else as it is, less what setup wrote and with what setup had taken out or replaced. The same goes for the
/// backups of other installations, which may bring back this one's settings when they leave.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Current">It as it is; null when there is none.</param>
/// <param name="Target">It as it would be; null when it would be gone.</param>
/// <param name="Backups">The backups that would go.</param>
/// <param name="Mended">The backups that would change, and what they would hold; null for no file.</param>
internal sealed record SetupRemoval(
    ClaudeSettingsFile File,
    byte[]? Current,
    byte[]? Target,
    IReadOnlyList<SettingsBackup> Backups,
    IReadOnlyList<(SettingsBackup Backup, byte[]? Content)> Mended
)
{
    /// <summary>Whether there is anything to do.</summary>
    public bool DoesSomething => Backups.Count > 0 || Mended.Count > 0 || !IsSame(Current, Target);

    /// <summary>Plans it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="setup">What setup writes.</param>
    /// <param name="byAddress">Whether a file is known by the address it leads to, because the key is lost.</param>
    /// <exception cref="JsonTextException">The file cannot be edited.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SetupRemoval Plan(ClaudeSettingsFile file, ClaudeSetup setup, bool byAddress)
    {
        var current = file.Read();
        var backups = SettingsBackup.Of(file.Path);
        // The texts of the file from the oldest backup to now, and what they would be had this installation never written.
        var before = backups.Select(ClaudeSettingsFile.Read).Reverse().Append(current).ToList();
        var cleaned = new List<byte[]?>();
        for (var at = 0; at < before.Count; at++)
        {
            // Each backup was taken by the write that made the next text, unless somebody wrote in between.
            cleaned.Add(
                at > 0 && file.IsAsWritten(backups[^at], before[at])
                    ? cleaned[at - 1]
                    : Without(setup, byAddress, before[at], before.Take(at))
            );
        }

        // With its key, the memory of which backups are whose is lost.
        var isKnown = byAddress && current is not null && setup.LeadsHere(current, byAddress);
        var own = isKnown ? backups : [.. backups.Where(file.Remembers)];
        return new SetupRemoval(
            file,
            current,
            cleaned[^1],
            own,
            [
                .. backups
                    .Select((backup, index) => (Backup: backup, At: backups.Count - 1 - index))
                    .Where(one => !own.Contains(one.Backup) && !IsSame(before[one.At], cleaned[one.At]))
                    .Select(one => (one.Backup, cleaned[one.At])),
            ]
        );
    }

    /// <summary>Does it.</summary>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Do() => File.Leave(Current, Target, Backups, Mended);

    // What a person had last comes back, before setup wrote.
    private static byte[]? Without(ClaudeSetup setup, bool byAddress, byte[]? text, IEnumerable<byte[]?> earlier) =>
        text is not null && setup.LeadsHere(text, byAddress)
            ? setup
                .Remove(text, byAddress, earlier.LastOrDefault(one => one is null || !setup.LeadsHere(one, byAddress)))
                .Text
            : text;

    private static bool IsSame(byte[]? one, byte[]? other) =>
        one is null == other is null && one.AsSpan().SequenceEqual(other);
}
