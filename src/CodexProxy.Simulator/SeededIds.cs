using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Simulator;

/// <summary>Ids that look random and are the same in every run with the same seed and order of events.</summary>
internal sealed class SeededIds(int seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private long _count;

    /// <summary>The next id: <paramref name="prefix"/> and <paramref name="length"/> letters and digits.</summary>
    public string Next(string prefix, int length)
    {
        var number = Interlocked.Increment(ref _count);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}:{prefix}:{number}");
        SHA512.HashData(Encoding.UTF8.GetBytes(text), digest);
        var builder = new StringBuilder(prefix, prefix.Length + length);
        for (var i = 0; i < length; i++)
        {
            builder.Append(Alphabet[digest[i % digest.Length] % Alphabet.Length]);
        }

        return builder.ToString();
    }

    /// <summary>The next id in the form of a UUID of version 4.</summary>
    public string NextUuid()
    {
        var number = Interlocked.Increment(ref _count);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}:{number}")),
            digest
        );
        digest[6] = (byte)((digest[6] & 0x0F) | 0x40);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true).ToString("D");
    }
}
