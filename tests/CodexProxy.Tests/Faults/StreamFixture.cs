using System.Text;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>A recorded stream of the backend, event by event.</summary>
public sealed class StreamFixture
{
    private static readonly byte[] Noise = [0xff, 0xfe, 0x00, 0xc3, 0x28, (byte)'{', (byte)'\n', (byte)'\n'];

    private StreamFixture(string name, byte[] bytes)
    {
        Name = name;
        var events = new List<byte[]>();
        var text = Encoding.Latin1.GetString(bytes).ReplaceLineEndings("\n");
        foreach (var part in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            events.Add(Encoding.Latin1.GetBytes(part + "\n\n"));
        }

        Events = events;
    }

    /// <summary>Name of the file, without what all have.</summary>
    public string Name { get; }

    /// <summary>Its events, each with the blank line that ends it.</summary>
    public IReadOnlyList<byte[]> Events { get; }

    /// <summary>All there are, by name.</summary>
    public static IReadOnlyList<StreamFixture> All { get; } = [.. Read(), LongCharacters()];

    /// <summary>Its bytes with a fault before the event of a number.</summary>
    internal (IReadOnlyList<ReadOnlyMemory<byte>> Pieces, BodyEnd End) With(StreamFault? fault, int at)
    {
        var pieces = Events.Select(e => (ReadOnlyMemory<byte>)e).ToList();
        switch (fault)
        {
            case StreamFault.Cut:
                return (pieces[..at], BodyEnd.Close);
            case StreamFault.Reset:
                return (pieces[..at], BodyEnd.Reset);
            case StreamFault.Stall:
                return (pieces[..at], BodyEnd.Silence);
            case StreamFault.Garbage:
                pieces.Insert(at, (byte[])[.. Noise, .. "data: "u8, .. Noise]);
                break;
            case StreamFault.Split:
                var whole = pieces[at];
                var cut = Math.Max(whole.Span.IndexOfAnyInRange((byte)0x80, (byte)0xff) + 1, 1);
                cut = cut == 1 ? whole.Length / 2 : cut;
                pieces[at] = whole[..cut];
                pieces.Insert(at + 1, whole[cut..]);
                break;
            case StreamFault.Twice:
                pieces.Insert(at, pieces[at]);
                break;
            case StreamFault.Swapped when at + 1 < pieces.Count:
                (pieces[at], pieces[at + 1]) = (pieces[at + 1], pieces[at]);
                break;
        }

        return (pieces, BodyEnd.Close);
    }

    private static IEnumerable<StreamFixture> Read()
    {
        foreach (var (folder, pattern) in new[] { ("codex-backend/sse", "*.sse"), ("translation", "*.responses.sse") })
        {
            foreach (
                var file in Directory
                    .GetFiles(Repository.File($"tests/Fixtures/{folder}"), pattern)
                    .Order(StringComparer.Ordinal)
            )
            {
                yield return new StreamFixture(Path.GetFileName(file).Split('.')[0], File.ReadAllBytes(file));
            }
        }
    }

    // No recording holds a character that takes several bytes.
    private static StreamFixture LongCharacters()
    {
        var text = File.ReadAllText(Repository.File("tests/Fixtures/codex-backend/sse/01-plain-text.sse"));
        return new StreamFixture(
            "01-plain-text-long-characters",
            Encoding.UTF8.GetBytes(text.Replace("Hello", "H😀é"))
        );
    }
}
