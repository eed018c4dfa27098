using System.Globalization;

namespace CodexProxy.Clients;

/// <summary>A settings file as it was before this program wrote it.</summary>
/// <param name="Path">Where the backup lies.</param>
/// <param name="TakenAt">When it was taken, UTC.</param>
/// <param name="FileExisted">Whether there was a file; when not, the backup is empty and stands for its absence.</param>
internal sealed record SettingsBackup(string Path, DateTimeOffset TakenAt, bool FileExisted)
{
    private const string Infix = ".codex-proxy-";
    private const string Copy = ".bak";
    private const string Absence = ".absent";
    private const string Stamp = "yyyyMMdd-HHmmss";

    /// <summary>A name for a new backup; the time moves on by seconds until the name is free.</summary>
    public static SettingsBackup NameFor(string file, DateTimeOffset now, bool exists)
    {
        for (var time = now.ToUniversalTime(); ; time = time.AddSeconds(1))
        {
            var stem = file + Infix + time.ToString(Stamp, CultureInfo.InvariantCulture);
            if (!File.Exists(stem + Copy) && !File.Exists(stem + Absence))
            {
                return new SettingsBackup(stem + (exists ? Copy : Absence), time, exists);
            }
        }
    }

    /// <summary>Where the backup lies when there was a file, and when there was none.</summary>
    public string PathWhere(bool exists) => System.IO.Path.ChangeExtension(Path, exists ? Copy : Absence);

    /// <summary>The backups of a file, newest first.</summary>
    public static IReadOnlyList<SettingsBackup> Of(string file)
    {
        var (folder, name) = (System.IO.Path.GetDirectoryName(file)!, System.IO.Path.GetFileName(file));
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, name + Infix + "*")
                    .Select(path => Read(path, name.Length + Infix.Length))
                    .OfType<SettingsBackup>()
                    .OrderByDescending(backup => backup.TakenAt),
            ]
            : [];
    }

    private static SettingsBackup? Read(string path, int stampAt)
    {
        var (stamp, ending) = (System.IO.Path.GetFileNameWithoutExtension(path), System.IO.Path.GetExtension(path));
        return
            ending is Copy or Absence
            && stamp.Length > stampAt
            && DateTimeOffset.TryParseExact(
                stamp[stampAt..],
                Stamp,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            ? new SettingsBackup(path, time, ending == Copy)
            : null;
    }
}
