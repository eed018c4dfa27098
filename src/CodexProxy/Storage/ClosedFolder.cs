namespace CodexProxy.Storage;

/// <summary>A folder that this user may not write, or that lies on a disk which nobody may: said with its name and the cure.</summary>
internal static class ClosedFolder
{
    // "Read-only file system", the same number on every Unix.
    private const int ReadOnlyDisk = 30;

    /// <summary>Whether the system says so.</summary>
    public static bool IsTold(Exception exception) =>
        exception is UnauthorizedAccessException
        || (exception is IOException { HResult: ReadOnlyDisk } && !OperatingSystem.IsWindows());

    /// <summary>What is thrown in its place.</summary>
    public static UnauthorizedAccessException Of(string folder, Exception cause) =>
        new($"The folder {folder} cannot be written. Make it writable for the user that runs codex-proxy.", cause);

    /// <summary>Removes a file, if it is there.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (IsTold(exception))
        {
            throw Of(Path.GetDirectoryName(path)!, exception);
        }
    }

    /// <summary>Makes sure that files can be made in a folder, or in what it would be made in. Leaves nothing behind.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public static void ThrowIfClosed(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        var probe = Path.Combine(there, $"start.lock.{Guid.NewGuid():N}.next");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (IsTold(exception))
        {
            throw Of(there, exception);
        }
    }
}
