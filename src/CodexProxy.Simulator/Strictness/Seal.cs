using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Seals reasoning for one account so that replayed content can be told from invented, early or foreign content.</summary>
internal sealed class Seal(int seed)
{
    // The head that real sealed content shows: a version byte and a time stamp in base64url.
    private const string Head = "gAAAAAB";
    private const int NonceBytes = 48;

    private long _count;

    /// <summary>Sealed content, final form, about 120 characters.</summary>
    public string Make(string accountId)
    {
        var nonce = SHA384.HashData(Encoding.UTF8.GetBytes($"{seed}:{Interlocked.Increment(ref _count)}"));
        return Head + Base64Url.EncodeToString([.. nonce, .. Check(nonce, accountId)]);
    }

    /// <summary>The early snapshot shown when the item opens: looks alike, and never fits.</summary>
    public static string Early(string sealedContent) => string.Concat(sealedContent.AsSpan(0, 48), "early");

    /// <summary>Whether this seed sealed <paramref name="content"/> for that account.</summary>
    public bool Fits(string content, string accountId)
    {
        if (!content.StartsWith(Head, StringComparison.Ordinal))
        {
            return false;
        }

        var text = content.AsSpan(Head.Length);
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length > NonceBytes
            && bytes.AsSpan(NonceBytes).SequenceEqual(Check(bytes[..NonceBytes], accountId));
    }

    private byte[] Check(byte[] nonce, string accountId) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{accountId}"), nonce);
}
