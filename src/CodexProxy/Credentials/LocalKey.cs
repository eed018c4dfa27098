using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// The key that local clients present: a token whose audience is <c>claude-gateway</c>, because Claude Code shows a plan's
/// limits only to sessions whose key has that form. It is signed by a key of this installation, so no other program's token
/// of that form opens a gateway that asks for keys. It never ends and needs no store: the same installation makes the same key.
/// </summary>
public static class LocalKey
{
    private const int KeyBytes = 32;

    // Spins, most of which sleep a millisecond.
    private const int LongestWait = 5000;

    /// <summary>The installation's key. The first call makes the signing key.</summary>
    /// <param name="home">Folder of the program's state.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    public static Secret OfInstallation(string home) => Sign(ReadOrMakeSigningKey(Path.Combine(home, "signing.key")));

    /// <summary>
    /// A key of this installation for one purpose, made from the signing key: who learns it learns neither that nor another
    /// purpose's. 32 bytes; the first call makes the signing key.
    /// </summary>
    /// <param name="home">Folder of the program's state.</param>
    /// <param name="purpose">What it signs.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    internal static byte[] ForPurpose(string home, string purpose) =>
        HMACSHA256.HashData(
            ReadOrMakeSigningKey(Path.Combine(home, "signing.key")),
            Encoding.UTF8.GetBytes($"codex-proxy {purpose}")
        );

    /// <summary>The token that a signing key makes.</summary>
    internal static Secret Sign(ReadOnlySpan<byte> signingKey)
    {
        var text =
            Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)
            + "."
            + Base64Url.EncodeToString("""{"iss":"codex-proxy","aud":"claude-gateway","sub":"local"}"""u8);
        var signature = HMACSHA256.HashData(signingKey, Encoding.ASCII.GetBytes(text));
        return new Secret($"{text}.{Base64Url.EncodeToString(signature)}");
    }

    // Two programs may start at once. The file is opened for one alone; whoever finds it empty fills it.
    private static byte[] ReadOrMakeSigningKey(string path)
    {
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        using var file = OpenAlone(path);
        var key = new byte[KeyBytes];
        if (file.Length == 0)
        {
            RandomNumberGenerator.Fill(key);
            file.Write(key);
            file.Flush(flushToDisk: true);
            return key;
        }

        if (file.Length != KeyBytes)
        {
            throw new IOException("signing.key in the state folder is damaged; remove it, and a new key is made.");
        }

        file.ReadExactly(key);
        return key;
    }

    private static FileStream OpenAlone(string path)
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

        for (var wait = new SpinWait(); ; wait.SpinOnce())
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException exception) when (RefreshLock.IsHeld(exception) && wait.Count < LongestWait)
            {
                // Another program holds it for as long as it takes to write 32 bytes.
            }
        }
    }
}
