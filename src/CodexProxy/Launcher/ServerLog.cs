using CodexProxy.Storage;

namespace CodexProxy.Launcher;

/// <summary>
/// <c>logs/server.log</c> in the state folder: the standard streams of a server in the background. That is when it began to serve,
/// what the runtime says when it breaks down, and the log itself when log files are switched off. The one before it is kept
/// as <c>server.log.1</c>.
/// </summary>
/// <param name="home">The state folder.</param>
internal sealed class ServerLog(string home)
{
    /// <summary>Size at which a start begins a new file: 10 MB.</summary>
    public const long RotationSize = 10 * 1000 * 1000;

    /// <summary>The file.</summary>
    public string FilePath { get; } = Path.Combine(home, "logs", "server.log");

    /// <summary>Makes the file, for its owner only, and puts a large one aside.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Prepare()
    {
        PrivateFolder.Create(Path.GetDirectoryName(FilePath)!);
        var file = new FileInfo(FilePath);
        if (file.Exists && file.Length >= RotationSize)
        {
            File.Move(FilePath, FilePath + ".1", overwrite: true);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var made = new FileStream(FilePath, options);
    }

    /// <summary>Bytes written so far; 0 when there is no file.</summary>
    public long Length => new FileInfo(FilePath) is { Exists: true, Length: var length } ? length : 0;
}
