using System.Text.Json;
using CodexProxy.Options;

namespace CodexProxy.Credentials;

/// <summary>
/// The Codex CLI's <c>auth.json</c>, used in place. Written by a temporary file beside it, flushed to the disk and
/// renamed, so that a reader sees the old or the new content and nothing else; mode 0600 from the first byte; a
/// symbolic link stays a link.
/// </summary>
/// <param name="path">Where it lies.</param>
/// <param name="shownPath">How to call it to people.</param>
internal sealed class AuthFile(string path, string shownPath)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The path as shown to people.</summary>
    public string ShownPath => shownPath;

    /// <summary>
    /// The file whose lock keeps two programs from refreshing at once. It lies beside the login, so that whoever
    /// shares the login shares the lock, whatever else they have set.
    /// </summary>
    public string LockPath => RealPath + ".lock";

    private string RealPath =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? target.FullName
            : path;

    private string NextPath => RealPath + ".next";

    /// <summary>Reads the file. Never throws for what the file may hold.</summary>
    public StoredLogin Read() => ReadAt(path);

    /// <summary>The bytes, for <see cref="AuthDocument.Replace"/>.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadBytes() => File.ReadAllBytes(path).AsMemory().WithoutByteOrderMark();

    /// <summary>What changes when the file is replaced; cheap enough for every request.</summary>
    public FileStamp Stamp()
    {
        var file = new FileInfo(RealPath);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length) : default;
    }

    /// <summary>
    /// Opens the temporary file. Done before a token is spent: a folder that cannot be written would lose the new one.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public PendingWrite BeginWrite()
    {
        var target = RealPath;
        var next = NextPath;
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new PendingWrite(new FileStream(next, options), next, target);
    }

    /// <summary>
    /// Finishes, or throws away, a write that was interrupted between flush and rename. Only under the lock. The
    /// remains hold the only copy of a refresh token when they are newer than the file and of the same account.
    /// </summary>
    public void FinishInterruptedWrite()
    {
        var next = NextPath;
        if (!File.Exists(next))
        {
            return;
        }

        if (
            ReadAt(next) is StoredLogin.Tokens { Set: var left }
            && Read() is StoredLogin.Tokens { Set: var stored }
            && IsNewer(left, stored)
        )
        {
            File.Move(next, RealPath, overwrite: true);
        }
        else
        {
            File.Delete(next);
        }
    }

    private static bool IsNewer(TokenSet left, TokenSet stored) =>
        left.Credential.AccountId == stored.Credential.AccountId
        && left.LastRefresh is { } time
        && !(stored.LastRefresh >= time);

    private static StoredLogin ReadAt(string file)
    {
        try
        {
            return AuthDocument.Read(File.ReadAllBytes(file).AsMemory().WithoutByteOrderMark());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new StoredLogin.None(LoginProblem.NoFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new StoredLogin.None(LoginProblem.Denied);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new StoredLogin.None(LoginProblem.Corrupt);
        }
    }
}

/// <summary>Tells one content of a file from the next.</summary>
/// <param name="Modified">Time of the last write, in ticks.</param>
/// <param name="Length">Length in bytes.</param>
internal readonly record struct FileStamp(long Modified, long Length);

/// <summary>
/// A write that has been begun and not yet taken effect. Disposing it unfinished leaves the file as it was.
/// </summary>
internal sealed class PendingWrite(FileStream stream, string next, string target) : IDisposable
{
    private bool _done;

    /// <summary>Writes the content, forces it to the disk and puts it in place.</summary>
    public void Complete(ReadOnlySpan<byte> content)
    {
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(next, target, overwrite: true);
        _done = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        if (!_done)
        {
            File.Delete(next);
        }
    }
}
