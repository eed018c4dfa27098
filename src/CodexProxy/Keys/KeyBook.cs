using System.Security.Cryptography;
using System.Text;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Keys;

/// <summary>
/// The named keys as the running gateway knows them. What a command changes is seen by the next request. Safe for any number
/// of threads.
/// </summary>
internal sealed partial class KeyBook(OptionsSource options, TimeProvider time, ILogger<KeyBook> logger)
{
    // What the system says of a file that is not there.
    private const FileAttributes Gone = (FileAttributes)(-1);

    private readonly KeyClock _clock = new(time);
    private volatile Known _known = new(default, []);

    /// <summary>Whether there is a list of keys, though it may be empty or damaged: then keys are asked for.</summary>
    public bool Exists => Look().Stamp != default;

    /// <summary>The key whose text was presented; null when there is none.</summary>
    public NamedKey? Find(Secret presented)
    {
        var known = Look().Keys;
        if (known.Count == 0)
        {
            return null;
        }

        var digest = Encoding.ASCII.GetBytes(KeyText.DigestOf(presented));
        NamedKey? found = null;
        foreach (var (key, kept) in known)
        {
            // All are compared, so that the time does not tell which one it was.
            if (CryptographicOperations.FixedTimeEquals(kept, digest))
            {
                found = key;
            }
        }

        return found;
    }

    /// <summary>The key as it is now; null when it was revoked.</summary>
    public NamedKey? Again(NamedKey key) =>
        Look().Keys.Select(known => known.Key).FirstOrDefault(known => known.Digest == key.Digest);

    /// <summary>Whether a key may not be used any more. One that has ended does not come back when the clock is set back.</summary>
    public bool HasExpired(NamedKey key) => key.HasExpired(_clock.Now);

    private Known Look()
    {
        var path = options.Current.KeysPath;
        FileStamp stamp = default;
        try
        {
            stamp = FileStamp.Of(path);
            if (stamp == default && IsThere(path))
            {
                // It is no file, or cannot be looked at.
                throw new IOException();
            }

            if (stamp == _known.Stamp)
            {
                return _known;
            }

            var keys = new KeyStore(path, time).Read();
            return _known = new Known(stamp, [.. keys.Select(key => (key, Encoding.ASCII.GetBytes(key.Digest)))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or KeyException)
        {
            // Closed: which keys were revoked is not known.
            stamp = stamp == default ? new FileStamp(0, -1) : stamp;
            if (stamp != _known.Stamp)
            {
                LogUnreadable();
            }

            return _known = new Known(stamp, []);
        }
    }

    // What may not be looked at throws, and counts as there: only a list that is surely gone opens the door. Asked this way a
    // list that was never made, the usual case, costs no exception.
    private static bool IsThere(string path) => new FileInfo(path).Attributes != Gone;

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "keys.json in the state folder cannot be read, so no named key opens. Restore it, or make new keys."
    )]
    private partial void LogUnreadable();

    private sealed record Known(FileStamp Stamp, IReadOnlyList<(NamedKey Key, byte[] Digest)> Keys);
}
