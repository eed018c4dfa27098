using System.Buffers;

namespace CodexProxy.Protocol.Tokens;

/// <summary>
/// Merges a piece's bytes pair by pair, lowest rank first, and counts what is left. Neighbours are a linked list and
/// candidates a heap, so a long run of one character costs n log n and not n².
/// </summary>
internal static class BytePairs
{
    /// <summary>The number of tokens in a piece.</summary>
    public static int Count(ReadOnlySpan<byte> piece, RankTable table)
    {
        var length = piece.Length;
        var buffer = ArrayPool<int>.Shared.Rent(length * 2);
        // The part that begins at i ends where the next begins; both neighbours by their first byte.
        var next = buffer.AsSpan(0, length);
        var previous = buffer.AsSpan(length, length);
        var candidates = new PriorityQueue<(int Start, int End, int Last), (int Rank, int Start)>(length);
        for (var i = 0; i < length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }

        for (var i = 0; i + 1 < length; i++)
        {
            Offer(piece, table, candidates, i, i + 1, i + 2);
        }

        var count = length;
        while (candidates.TryDequeue(out var pair, out _))
        {
            var (start, middle, end) = pair;
            // Stale: one of the two has been merged away since the pair was offered.
            if (next[start] != middle || middle >= length || next[middle] != end || previous[middle] != start)
            {
                continue;
            }

            next[start] = end;
            next[middle] = -1;
            if (end < length)
            {
                previous[end] = start;
                Offer(piece, table, candidates, start, end, next[end]);
            }

            if (previous[start] >= 0)
            {
                Offer(piece, table, candidates, previous[start], start, end);
            }

            count--;
        }

        ArrayPool<int>.Shared.Return(buffer);
        return count;
    }

    private static void Offer(
        ReadOnlySpan<byte> piece,
        RankTable table,
        PriorityQueue<(int Start, int End, int Last), (int Rank, int Start)> candidates,
        int start,
        int middle,
        int end
    )
    {
        // No token is longer than this; a longer pair cannot be one.
        if (end - start > 255)
        {
            return;
        }

        var rank = table.Find(piece[start..end]);
        if (rank != int.MaxValue)
        {
            candidates.Enqueue((start, middle, end), (rank, start));
        }
    }
}
