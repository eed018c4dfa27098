using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>
/// Makes event streams: a recorded one with events lost, repeated, moved, mixed in from another stream and changed inside, in
/// any of the forms that the protocol of server-sent events allows, sometimes damaged as bytes.
/// </summary>
internal sealed class StreamSource : IInputSource
{
    private readonly List<List<Event>> _streams;
    private readonly JsonSource _json;
    private readonly ThreadLocal<ArrayBufferWriter<byte>> _buffer = new(() => new ArrayBufferWriter<byte>(16 * 1024));

    /// <summary>A source of streams like these samples.</summary>
    public StreamSource(IEnumerable<byte[]> samples)
    {
        _streams = [.. samples.Select(Read).Where(events => events.Count > 0)];
        _json = new JsonSource(_streams.SelectMany(events => events).Select(e => e.Data));
    }

    /// <inheritdoc/>
    public byte[] Make(Dice dice)
    {
        var output = _buffer.Value!;
        output.ResetWrittenCount();
        var events = dice.Pick(_streams);
        var from = dice.OneIn(6) ? dice.Below(events.Count) : 0;
        var to = dice.OneIn(6) ? dice.Below(events.Count) + 1 : events.Count;
        // Between no fault at all and one in every second event.
        var rate = dice.Pick<int>([2, 4, 8, 16, 32, 1000]);
        var form = new Form(dice);
        for (var i = from; i < to; i++)
        {
            if (!dice.OneIn(rate))
            {
                Write(events[i], form, dice, output, faulty: false);
                continue;
            }

            switch (dice.Below(7))
            {
                case 0:
                    break;
                case 1:
                    Write(events[i], form, dice, output, faulty: false);
                    Write(events[i], form, dice, output, faulty: false);
                    break;
                case 2:
                    Write(dice.Pick(events), form, dice, output, faulty: false);
                    break;
                case 3:
                    Write(events[i], form, dice, output, faulty: false);
                    Write(dice.Pick(dice.Pick(_streams)), form, dice, output, faulty: false);
                    break;
                case 4:
                    output.Write("data: "u8);
                    _json.AppendNew(dice, output);
                    output.Write("\n\n"u8);
                    break;
                default:
                    Write(events[i], form, dice, output, faulty: true);
                    break;
            }
        }

        return dice.OneIn(16) ? ByteFaults.Apply(output.WrittenSpan, dice) : output.WrittenSpan.ToArray();
    }

    private void Write(Event e, Form form, Dice dice, ArrayBufferWriter<byte> output, bool faulty)
    {
        if (form.Comments && dice.OneIn(3))
        {
            output.Write(": keep-alive\n\n"u8);
        }

        if (form.Names)
        {
            output.Write("event: "u8);
            output.Write(e.Type);
            output.Write(form.Line);
        }

        output.Write("data:"u8);
        output.Write(form.Blank ? " "u8 : ""u8);
        if (faulty && e.Node is { } node)
        {
            _json.Append(node, dice, output);
        }
        else
        {
            output.Write(e.Data);
        }

        output.Write(form.Line);
        output.Write(form.Line);
    }

    private static List<Event> Read(byte[] stream)
    {
        using var bytes = new MemoryStream(stream);
        var parser = SseParser.Create(bytes, static (type, data) => (type, data.ToArray()));
        return
        [
            .. parser
                .Enumerate()
                .Select(item => new Event(
                    Encoding.UTF8.GetBytes(item.EventType),
                    item.Data.Item2,
                    Node.Parse(item.Data.Item2)?.Cut()
                )),
        ];
    }

    private sealed record Event(byte[] Type, byte[] Data, Node? Node);

    private sealed class Form(Dice dice)
    {
        private static readonly byte[][] Lines = ["\n"u8.ToArray(), "\r\n"u8.ToArray(), "\r"u8.ToArray()];

        public bool Comments { get; } = dice.OneIn(8);

        public bool Names { get; } = !dice.OneIn(3);

        public bool Blank { get; } = !dice.OneIn(4);

        public byte[] Line { get; } = dice.OneIn(3) ? dice.Pick(Lines) : Lines[0];
    }
}
