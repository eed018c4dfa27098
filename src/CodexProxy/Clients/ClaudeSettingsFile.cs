using System.Security.Cryptography;
using System.Text;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Clients;

/// <summary>
/// One settings file of Claude Code. It belongs to a person: every write is preceded by a backup beside it, and what was
/// written is remembered by its checksum, so that a later undo can tell whether somebody has changed it since.
/// </summary>
/// <param name="path">Where it lies.</param>
/// <param name="home">Folder of the program's own state.</param>
/// <param name="time">Clock of the backups' names.</param>
internal sealed class ClaudeSettingsFile(string path, string home, TimeProvider time)
{
    /// <summary>Where the file lies.</summary>
    public string Path => path;

    /// <summary>The file of every project: <c>CLAUDE_CONFIG_PATH</c>, else <c>settings.json</c> in
    /// <c>CLAUDE_CONFIG_DIR</c>, else in <c>~/.claude</c>.</summary>
    public static string OfUser(OptionInputs inputs) =>
        inputs.Environment("CLAUDE_CONFIG_PATH") is { Length: > 0 } file ? inputs.Absolute(file)
        : inputs.Environment("CLAUDE_CONFIG_DIR") is { Length: > 0 } folder
            ? System.IO.Path.Combine(inputs.Absolute(folder), "settings.json")
        : System.IO.Path.Combine(inputs.UserFolder, ".claude", "settings.json");

    /// <summary>The file of the working folder that is not shared with others: it holds a key.</summary>
    public static string OfProject(OptionInputs inputs) =>
        System.IO.Path.Combine(inputs.WorkingFolder, ".claude", "settings.local.json");

    /// <summary>Its bytes; null when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public byte[]? Read() => ReadIfThere(path);

    /// <summary>The newest backup; null when there is none.</summary>
    public SettingsBackup? NewestBackup() => SettingsBackup.Of(path) is [var newest, ..] ? newest : null;

    /// <summary>The bytes before the write of a backup; null when there was no file.</summary>
    public static byte[]? Read(SettingsBackup backup) => backup.FileExisted ? File.ReadAllBytes(backup.Path) : null;

    /// <summary>Whether others than the owner may read the file.</summary>
    public bool IsReadByOthers =>
        !OperatingSystem.IsWindows()
        && File.Exists(path)
        && (File.GetUnixFileMode(RealPath) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;

    /// <summary>Keeps a backup, then writes the file whole. Its mode stays; a new file has 0600.</summary>
    /// <param name="expected">What the new content was made from.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public SettingsBackup Replace(byte[]? expected, byte[] content)
    {
        RefuseIfChanged(expected);
        var backup = SettingsBackup.NameFor(path, time.GetUtcNow(), expected is not null);
        AtomicFile.Write(backup.Path, expected ?? []);
        AtomicFile.Write(RecordOf(backup), Encoding.UTF8.GetBytes($"{ChecksumOf(content)}\n{path}\n"));
        Write(content);
        return backup;
    }

    /// <summary>Writes the file whole, without a backup. Its mode stays; a new file has 0600.</summary>
    /// <inheritdoc cref="Replace"/>
    public void Overwrite(byte[]? expected, byte[] content)
    {
        RefuseIfChanged(expected);
        Write(content);
    }

    /// <summary>Whether the file still is what was written after a backup was taken.</summary>
    public bool IsAsWritten(SettingsBackup backup, byte[]? current) =>
        current is not null
        && ReadIfThere(RecordOf(backup)) is { } record
        && record.AsSpan().StartsWith(Encoding.ASCII.GetBytes(ChecksumOf(current)));

    /// <summary>Whether a backup was taken by this installation.</summary>
    public bool Remembers(SettingsBackup backup) => File.Exists(RecordOf(backup));

    /// <summary>Files that were written and not put back, as far as the state folder remembers them. Some may be gone.</summary>
    /// <param name="home">Folder of the program's own state.</param>
    public static IReadOnlyList<string> Written(string home) =>
        [
            .. StateFolder
                .Own(home)
                .Where(name => System.IO.Path.GetDirectoryName(name) == "setup" && !System.IO.Path.HasExtension(name))
                .Select(record => File.ReadLines(System.IO.Path.Combine(home, record)).ElementAtOrDefault(1))
                .OfType<string>()
                .Where(System.IO.Path.IsPathFullyQualified)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Writes the file as it was before this installation's setups, or removes it, and forgets backups.</summary>
    /// <param name="expected">What a person has seen of the file and agreed to lose.</param>
    /// <param name="content">What was there; null for no file.</param>
    /// <param name="backups">The backups that nobody needs any more.</param>
    /// <param name="mended">Backups of other installations, and what they would hold had this one never been; null for no file.</param>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Leave(
        byte[]? expected,
        byte[]? content,
        IReadOnlyList<SettingsBackup> backups,
        IReadOnlyList<(SettingsBackup Backup, byte[]? Content)> mended
    )
    {
        RefuseIfChanged(expected);
        // Before this installation's own backups go, which hold what is put there.
        foreach (var (backup, text) in mended)
        {
            AtomicFile.Write(backup.PathWhere(text is not null), text ?? []);
            if (backup.FileExisted && text is null)
            {
                ClosedFolder.Delete(backup.Path);
            }
        }

        if (content is null)
        {
            ClosedFolder.Delete(RealPath);
        }
        else if (!expected.AsSpan().SequenceEqual(content))
        {
            Write(content);
        }

        foreach (var backup in backups)
        {
            Forget(backup);
        }
    }

    /// <summary>Puts a backup back and forgets it.</summary>
    /// <param name="expected">What a person has seen of the file and agreed to lose.</param>
    /// <param name="backup">One of this file's.</param>
    /// <exception cref="IOException">It cannot be written, or somebody has written it in the meantime.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Restore(byte[]? expected, SettingsBackup backup)
    {
        RefuseIfChanged(expected);
        if (Read(backup) is { } content)
        {
            Write(content);
        }
        else
        {
            ClosedFolder.Delete(RealPath);
        }

        Forget(backup);
    }

    private void Forget(SettingsBackup backup)
    {
        ClosedFolder.Delete(backup.Path);
        if (Remembers(backup))
        {
            ClosedFolder.Delete(RecordOf(backup));
        }
    }

    // A link to a file elsewhere stays one.
    private string RealPath =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? target.FullName
            : path;

    private void Write(byte[] content)
    {
        var real = RealPath;
        if (OperatingSystem.IsWindows() || !File.Exists(real))
        {
            AtomicFile.Write(real, content);
            return;
        }

        // The process's mask narrows the mode of a new file; the file had this one before.
        var mode = File.GetUnixFileMode(real);
        AtomicFile.Write(real, content, mode);
        File.SetUnixFileMode(real, mode);
    }

    private void RefuseIfChanged(byte[]? expected)
    {
        var current = Read();
        if (current is null != expected is null || !current.AsSpan().SequenceEqual(expected))
        {
            throw new IOException("another program has just changed it");
        }
    }

    // By one name, whether there was a file or not: another installation that leaves may change that.
    private string RecordOf(SettingsBackup backup) =>
        System.IO.Path.Combine(home, "setup", ChecksumOf(Encoding.UTF8.GetBytes(backup.PathWhere(true)))[..32]);

    private static string ChecksumOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[]? ReadIfThere(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
