using CodexProxy.Storage;

namespace CodexProxy.Credentials;

/// <summary>
/// Held by at most one program on this machine. The system lets go when the holder ends, however it ends, so there is
/// no stale lock; the empty file stays.
/// </summary>
internal sealed class RefreshLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private RefreshLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file; made when it does not exist.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">Clock of the waiting.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The lock, or null when another program held it all the time.</returns>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static async Task<RefreshLock?> AcquireAsync(
        string path,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryOpen(path) is { } file)
            {
                return new RefreshLock(file);
            }

            if (time.GetElapsedTime(began) >= patience)
            {
                return null;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Takes the lock if nobody holds it; null when somebody does.</summary>
    /// <param name="path">The lock's file; made when it does not exist.</param>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static RefreshLock? TryAcquire(string path) => TryOpen(path) is { } file ? new RefreshLock(file) : null;

    /// <summary>Lets go.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
        catch (Exception exception) when (ClosedFolder.IsTold(exception) && !File.Exists(path))
        {
            throw ClosedFolder.Of(Path.GetDirectoryName(path)!, exception);
        }
    }

    /// <summary>Whether a file could not be opened because somebody else has it open for himself.</summary>
    // EWOULDBLOCK of Linux and of macOS, and the sharing violation of Windows.
    internal static bool IsHeld(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
