using System.Net.ServerSentEvents;
using CodexProxy.Fuzz.Inputs;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Reads a stream whole and in pieces; both must give the same.</summary>
internal static class Pieces
{
    /// <summary>The data of its events.</summary>
    public static List<byte[]> ReadAllWays(byte[] input)
    {
        using var whole = new MemoryStream(input);
        var expected = Read(whole);
        // One byte at a time, and in pieces of random sizes.
        var dice = new Dice(Dice.Hash(input) + 1);
        using var pieces = new PieceStream(input, dice.OneIn(8) ? 1 : 1 + dice.Below(256), dice);
        var actual = Read(pieces);
        if (
            expected.Count != actual.Count
            || expected.Zip(actual).Any(pair => !pair.First.AsSpan().SequenceEqual(pair.Second))
        )
        {
            throw new LawBrokenException("pieces of another size gave other events");
        }

        return expected;
    }

    private static List<byte[]> Read(Stream stream)
    {
        var parser = SseParser.Create(stream, static (_, data) => data.ToArray());
        return [.. parser.Enumerate().Select(item => item.Data)];
    }

    private sealed class PieceStream(byte[] bytes, int largest, Dice dice) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Next(buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Next(count));

        private int Next(int room) => Math.Min(room, largest == 1 ? 1 : 1 + dice.Below(largest));
    }
}
