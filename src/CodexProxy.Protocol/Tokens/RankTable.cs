using System.Buffers.Binary;
using System.IO.Compression;

namespace CodexProxy.Protocol.Tokens;

/// <summary>
/// The ranks of o200k_base: byte sequence → rank, in one blob and one open-addressed table. 200,000 little arrays would cost
/// several times the memory and a second of garbage collection at start.
/// </summary>
internal sealed class RankTable
{
    private const int Slots = 1 << 19;

    private readonly byte[] _blob;
    private readonly int[] _offsets;
    private readonly int[] _slots = new int[Slots];

    private RankTable(byte[] blob, int[] offsets)
    {
        _blob = blob;
        _offsets = offsets;
        for (var rank = 0; rank < offsets.Length; rank++)
        {
            var token = Token(rank);
            var slot = SlotOf(token);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (Slots - 1);
            }

            _slots[slot] = rank + 1;
        }
    }

    /// <summary>Reads the embedded table.</summary>
    public static RankTable Load()
    {
        using var resource = typeof(RankTable).Assembly.GetManifestResourceStream("o200k_base.br")!;
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        using var memory = new MemoryStream(1_700_000);
        brotli.CopyTo(memory);
        var blob = memory.ToArray();
        var offsets = new List<int>(200_000);
        for (var at = 0; at < blob.Length; at += 1 + blob[at])
        {
            offsets.Add(at);
        }

        return new RankTable(blob, [.. offsets]);
    }

    /// <summary>The rank of a byte sequence; <see cref="int.MaxValue"/> when it is no token.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (var slot = SlotOf(bytes); _slots[slot] != 0; slot = (slot + 1) & (Slots - 1))
        {
            if (Token(_slots[slot] - 1).SequenceEqual(bytes))
            {
                return _slots[slot] - 1;
            }
        }

        return int.MaxValue;
    }

    private ReadOnlySpan<byte> Token(int rank)
    {
        var offset = _offsets[rank];
        return _blob.AsSpan(offset + 1, _blob[offset]);
    }

    private static int SlotOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        hash *= 0x9E3779B97F4A7C15UL;
        return (int)(hash >> 45) & (Slots - 1);
    }
}
