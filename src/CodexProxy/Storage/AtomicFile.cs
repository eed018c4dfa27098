namespace CodexProxy.Storage;

/// <summary>Replaces a file as a whole: a reader sees the old content or the new, never a part of either.</summary>
internal static class AtomicFile
{
    // Longer than any write takes; what is older was left by a program that was killed.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMinutes(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the content beside the file, flushes it to the disk, and renames it into place.</summary>
    /// <param name="path">The file. Its folder is made when missing.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="mode">Mode of the new file where modes exist. Default 0600.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        var next = WriteBeside(path, content, mode);
        RemoveLeftovers(path, next);
        try
        {
            File.Move(next, path, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Writes to the disk itself.</summary>
    /// <exception cref="IOException">The disk is full, or the file would be larger than the system or the user allows.</exception>
    public static void WriteThrough(FileStream stream, ReadOnlySpan<byte> content)
    {
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // The framework's word for a file beyond a limit, though no argument is wrong.
            throw new IOException(exception.Message, exception);
        }
    }

    private static string WriteBeside(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        // A name of its own for every write: two programs may write the same file at once, and the last one wins whole.
        var next = $"{path}.{Guid.NewGuid():N}.next";
        // Without a buffer, which a file that failed would try to write once more when it is closed.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        try
        {
            using var stream = new FileStream(next, options);
            WriteThrough(stream, content);
            return next;
        }
        catch (Exception exception) when (ClosedFolder.IsTold(exception))
        {
            // The name of the file beside tells nobody anything.
            throw ClosedFolder.Of(Path.GetDirectoryName(path)!, exception);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    private static void RemoveLeftovers(string path, string next)
    {
        var now = File.GetLastWriteTimeUtc(next);
        foreach (var other in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.next"))
        {
            if (now - File.GetLastWriteTimeUtc(other) > LongestWrite)
            {
                File.Delete(other);
            }
        }
    }
}
