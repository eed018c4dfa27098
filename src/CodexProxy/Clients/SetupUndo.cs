namespace CodexProxy.Clients;

/// <summary>What undoing the setup would do to the settings file, before it is done.</summary>
/// <param name="Current">The file as it is; null when there is none.</param>
/// <param name="Target">The file as it would be; null when it would be gone.</param>
/// <param name="Backup">What is put back; null where only the setup's own members are taken out.</param>
/// <param name="LosesChanges">Whether somebody has changed the file since, which would be lost.</param>
internal sealed record SetupUndo(byte[]? Current, byte[]? Target, SettingsBackup? Backup, bool LosesChanges)
{
    /// <summary>Whether there is anything to undo.</summary>
    public bool DoesSomething => Backup is not null || !Current.AsSpan().SequenceEqual(Target);

    /// <summary>Plans it.</summary>
    /// <exception cref="JsonTextException">The file cannot be edited.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SetupUndo Plan(ClaudeSettingsFile file, ClaudeSetup setup)
    {
        var current = file.Read();
        return file.NewestBackup() is { } backup
            ? new SetupUndo(current, ClaudeSettingsFile.Read(backup), backup, !file.IsAsWritten(backup, current))
            : new SetupUndo(current, current is null ? null : setup.Remove(current).Text, null, false);
    }

    /// <summary>Does it.</summary>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Do(ClaudeSettingsFile file)
    {
        if (Backup is not null)
        {
            file.Restore(Current, Backup);
        }
        else if (Target is not null)
        {
            // No backup: it would make the next undo a way back into setup.
            file.Overwrite(Current, Target);
        }
    }
}
