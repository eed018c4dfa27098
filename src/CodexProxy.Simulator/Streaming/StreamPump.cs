using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Puts emissions on the line, one flush per event, and stops where a plan wants the line to break.</summary>
internal sealed class StreamPump(PipeWriter output, int? cutAfter, int? resetAfter)
{
    private static readonly ConcurrentDictionary<string, byte[]> Heads = new(StringComparer.Ordinal);

    private int _number;

    public async Task<RequestEnding> PlayAsync(IEnumerable<Emission> emissions, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(output, HttpReply.Compact);
        foreach (var emission in emissions)
        {
            // Asked before each event, so that a break "after 0" happens before the first and waits come after it.
            if (_number == resetAfter)
            {
                return RequestEnding.Reset;
            }

            if (_number == cutAfter)
            {
                return RequestEnding.Cut;
            }

            switch (emission)
            {
                case Emission.Event happening:
                    Write(writer, happening);
                    break;
                case Emission.Raw raw:
                    output.Write(raw.Bytes.Span);
                    break;
                case Emission.Pause pause:
                    await pause.WaitAsync(cancellationToken);
                    continue;
            }

            await output.FlushAsync(cancellationToken);
        }

        return (_number == resetAfter, _number == cutAfter) switch
        {
            (true, _) => RequestEnding.Reset,
            (_, true) => RequestEnding.Cut,
            _ => RequestEnding.Completed,
        };
    }

    private void Write(Utf8JsonWriter writer, Emission.Event happening)
    {
        output.Write(Heads.GetOrAdd(happening.Type, type => Encoding.UTF8.GetBytes($"event: {type}\ndata: ")));
        writer.Reset(output);
        writer.WriteStartObject();
        writer.WriteString("type"u8, happening.Type);
        if (happening.IsNumbered)
        {
            writer.WriteNumber("sequence_number"u8, _number++);
        }

        happening.Write?.Invoke(writer);
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n\n"u8);
    }
}
