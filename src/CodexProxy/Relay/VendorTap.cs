using System.Buffers;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>
/// Listens to a stream that passes by: what it used, why it ended, how many calls it made. Only the few events that tell it
/// are read, and nothing else of them is kept.
/// </summary>
internal sealed class VendorTap
{
    // The last event repeats the whole answer in some versions of the backend.
    private const int MaxLine = 4 * 1024 * 1024;

    // The type stands at the beginning of an event.
    private const int TypeWithin = 256;

    private static readonly SearchValues<byte> LineEnd = SearchValues.Create((byte)'\n');

    private readonly ArrayBufferWriter<byte> _line = new();
    private bool _skips;

    /// <summary>The terminal snapshot; null while none came.</summary>
    public ResponseSnapshot? Response { get; private set; }

    /// <summary>Whether the response came to its own end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Calls that were finished.</summary>
    public int Calls { get; private set; }

    /// <summary>Its counts; null when it gave none.</summary>
    public TokenCounts? Tokens =>
        Response?.Usage is { } usage
            ? new TokenCounts(
                usage.InputTokens,
                usage.CachedTokens,
                usage.CacheWriteTokens,
                usage.OutputTokens,
                usage.ReasoningTokens
            )
            : null;

    /// <summary>Takes the next bytes.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOfAny(LineEnd);
            var part = end < 0 ? bytes : bytes[..end];
            if (end >= 0 && _line.WrittenCount == 0 && !_skips)
            {
                Read(part);
            }
            else
            {
                Gather(part);
                if (end >= 0)
                {
                    Read(_skips ? [] : _line.WrittenSpan);
                    _line.ResetWrittenCount();
                    _skips = false;
                }
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private void Gather(ReadOnlySpan<byte> part)
    {
        if (_skips)
        {
            return;
        }

        if (_line.WrittenCount + part.Length > MaxLine)
        {
            _skips = true;
            return;
        }

        _line.Write(part);
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data:"u8) || !Tells(line[..Math.Min(line.Length, TypeWithin)]))
        {
            return;
        }

        switch (ResponseEventReader.Read(line["data:"u8.Length..]))
        {
            case OutputItemDone { Item: OutputCall }:
                Calls++;
                break;
            case ResponseCompleted completed:
                (Response, IsComplete) = (completed.Response, true);
                break;
            case ResponseIncomplete incomplete:
                (Response, IsComplete) = (incomplete.Response, true);
                break;
            case ResponseFailed failed:
                Response = failed.Response;
                break;
        }
    }

    private static bool Tells(ReadOnlySpan<byte> begin) =>
        begin.IndexOf("\"response.completed\""u8) >= 0
        || begin.IndexOf("\"response.incomplete\""u8) >= 0
        || begin.IndexOf("\"response.failed\""u8) >= 0
        || begin.IndexOf("\"response.output_item.done\""u8) >= 0;
}
