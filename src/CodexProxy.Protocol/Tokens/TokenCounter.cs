using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace CodexProxy.Protocol.Tokens;

/// <summary>
/// Counts o200k_base tokens; special tokens count as the text they are. The table is loaded at the first count. Safe for
/// any number of threads.
/// </summary>
public sealed partial class TokenCounter
{
    // Shorter texts are counted faster than they are looked up.
    private const int CachedLength = 64;
    private const int CacheCapacity = 64 * 1024;

    private static readonly Lazy<RankTable> Table = new(RankTable.Load);

    private readonly ConcurrentDictionary<(int Hash, int Length, long Ends), int> _cache = new();
    private long _misses;

    /// <summary>How many texts were really counted by <see cref="CountCached"/>.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Counts a text.</summary>
    public int Count(string text) => Count(text.AsSpan());

    /// <summary>Counts a text.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var piece in Pieces().EnumerateMatches(text))
        {
            count += CountPiece(text.Slice(piece.Index, piece.Length));
        }

        return count;
    }

    /// <summary>
    /// Counts a text, or remembers its count: a conversation's history comes again with every turn. Two texts of one length
    /// and hash would share a count; for an estimate that is no harm.
    /// </summary>
    public int CountCached(string text)
    {
        if (text.Length < CachedLength)
        {
            return Count(text);
        }

        var key = KeyOf(text);
        if (_cache.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_cache.Count >= CacheCapacity)
        {
            _cache.Clear();
        }

        Interlocked.Increment(ref _misses);
        return _cache[key] = Count(text);
    }

    internal static (int Hash, int Length, long Ends) KeyOf(string text)
    {
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        var hash = new HashCode();
        hash.AddBytes(bytes);
        var ends = text.Length < 4 ? 0 : MemoryMarshal.Read<long>(bytes) ^ MemoryMarshal.Read<long>(bytes[^8..]);
        return (hash.ToHashCode(), text.Length, ends);
    }

    private static int CountPiece(ReadOnlySpan<char> piece)
    {
        var length = Encoding.UTF8.GetMaxByteCount(piece.Length);
        byte[]? rented = null;
        var bytes = length <= 256 ? stackalloc byte[256] : rented = ArrayPool<byte>.Shared.Rent(length);
        bytes = bytes[..Encoding.UTF8.GetBytes(piece, bytes)];
        var table = Table.Value;
        var count =
            bytes.Length == 0 ? 0
            : table.Find(bytes) != int.MaxValue ? 1
            : BytePairs.Count(bytes, table);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return count;
    }

    [GeneratedRegex(
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))?"
            + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?:'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))?"
            + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pieces();
}
