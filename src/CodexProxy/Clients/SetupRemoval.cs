namespace CodexProxy.Clients;

/// <summary>
/// A settings file without anything of this program, before that is done: as it was before the first setup where nobody has
/// changed it since; else as it is, less what setup wrote and with what setup had taken out or replaced.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Current">It as it is; null when there is none.</param>
/// <param name="Target">It as it would be; null when it would be gone.</param>
/// <param name="Backups">The backups that would go.</param>
internal sealed record SetupRemoval(
    ClaudeSettingsFile File,
    byte[]? Current,
    byte[]? Target,
    IReadOnlyList<SettingsBackup> Backups
)
{
    /// <summary>Whether there is anything to do.</summary>
    public bool DoesSomething => Backups.Count > 0 || !Current.AsSpan().SequenceEqual(Target);

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
        var target = current;
        var backups = SettingsBackup.Of(file.Path);
        // Each setup began where the one before it had ended, unless somebody wrote in between.
        foreach (var backup in backups.TakeWhile(backup => file.IsAsWritten(backup, target)))
        {
            target = ClaudeSettingsFile.Read(backup);
        }

        var isKnown = byAddress && current is not null && setup.LeadsHere(current, byAddress);
        if (target is not null && setup.LeadsHere(target, byAddress))
        {
            target = setup.Remove(target, byAddress, Before(backups, setup, byAddress)).Text;
        }

        // Where another installation has written too, the oldest backup may be the only one of what a person wrote.
        return new SetupRemoval(file, current, target, isKnown || backups.All(file.Remembers) ? backups : []);
    }

    /// <summary>Does it.</summary>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Do() => File.Leave(Current, Target, Backups);

    // What a person had last, before setup wrote.
    private static byte[]? Before(IReadOnlyList<SettingsBackup> backups, ClaudeSetup setup, bool byAddress) =>
        backups
            .Select(ClaudeSettingsFile.Read)
            .FirstOrDefault(text => text is null || !setup.LeadsHere(text, byAddress));
}
