using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>Where the tokens of one login lie: a file, or the key store of the system.</summary>
internal interface ILoginStore
{
    /// <summary>How to call the place to people.</summary>
    string ShownPath { get; }

    /// <summary>The command that signs in anew when this login has ended.</summary>
    string SignInCommand { get; }

    /// <summary>
    /// The file whose lock keeps two programs from refreshing at once. Whoever shares the login shares the lock.
    /// </summary>
    string LockPath { get; }

    /// <summary>What changes when the login is replaced; cheap enough for every request.</summary>
    FileStamp Stamp();

    /// <summary>Reads the login. Never throws for what the place may hold.</summary>
    StoredLogin Read();

    /// <summary>The whole document, for <see cref="AuthDocument.Replace"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    ReadOnlyMemory<byte> ReadDocument();

    /// <summary>Replaces the document as a whole; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void Write(ReadOnlySpan<byte> document);

    /// <summary>
    /// Readies the place where the issuer's next answer is kept. Done before a token is spent: a folder that cannot be
    /// written would lose the new one. What is kept there for the same stored token stays, and the answer joins it.
    /// </summary>
    /// <param name="spent">The refresh token that the stored login holds.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    IKeptAnswer BeginAnswer(Secret spent);

    /// <summary>
    /// The issuer's answer for a spent token, kept by a program that ended before it could store it; null when there is none.
    /// Only under the lock.
    /// </summary>
    /// <param name="spent">The refresh token that the stored login holds.</param>
    /// <param name="tokens">What the answer holds.</param>
    IKeptAnswer? FindAnswer(Secret spent, out RefreshedTokens tokens);
}

/// <summary>
/// The issuer's answer, kept until its tokens are stored. Whatever goes wrong, it stays: it may be the only copy.
/// </summary>
internal interface IKeptAnswer : IDisposable
{
    /// <summary>Keeps the bytes as they came; they are on the disk when this returns.</summary>
    /// <exception cref="IOException">They could not be kept.</exception>
    void Keep(ReadOnlySpan<byte> answer);

    /// <summary>Throws the bytes away: their tokens are stored, or nobody wants them any more.</summary>
    void Forget();
}

/// <summary>Tells one content of a file from the next.</summary>
/// <param name="Modified">Time of the last write, in ticks.</param>
/// <param name="Length">Length in bytes.</param>
internal readonly record struct FileStamp(long Modified, long Length)
{
    /// <summary>The stamp of a file; the default value when there is none.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length) : default;
    }
}
