using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>The upstream's text of one event, with its place in the stream changed and every other byte as it came.</summary>
internal readonly struct EventText
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly Range _sequence;
    private readonly Range _outputIndex;
    private readonly int _end;

    private EventText(ReadOnlyMemory<byte> json, string type, Range sequence, Range outputIndex, int index, int end)
    {
        _json = json;
        Type = type;
        _sequence = sequence;
        _outputIndex = outputIndex;
        OutputIndex = index;
        _end = end;
    }

    /// <summary>Its type.</summary>
    public string Type { get; }

    /// <summary>Which item it belongs to; negative for none.</summary>
    public int OutputIndex { get; }

    /// <summary>Finds what may have to be changed. Null when the bytes are no event.</summary>
    public static EventText? Find(ReadOnlyMemory<byte> json)
    {
        json = LoneSurrogates.Replace(json);
        if (json.Span.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            json = OnOneLine(json);
        }

        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
        string? type = null;
        Range sequence = default;
        Range outputIndex = default;
        var index = -1;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = OpenAI.EventTypes.Read(ref reader);
            }
            else if (reader.ValueTextEquals("sequence_number"u8))
            {
                sequence = Value(ref reader);
            }
            else if (reader.ValueTextEquals("output_index"u8))
            {
                outputIndex = Number(ref reader);
                _ = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out index);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return type is null
            ? null
            : new EventText(json, type, sequence, outputIndex, index, (int)reader.TokenStartIndex);
    }

    /// <summary>The event at another place.</summary>
    /// <param name="sequence">Its number in the stream; added where the upstream gave none.</param>
    /// <param name="shift">How many items stand before those of this response.</param>
    public ReadOnlyMemory<byte> At(int sequence, int shift)
    {
        var output = new ArrayBufferWriter<byte>(_json.Length + 32);
        var from = 0;
        var sequenceFirst = _sequence.Start.Value < _outputIndex.Start.Value;
        if (sequenceFirst)
        {
            Put(output, _sequence, sequence, ref from);
            Put(output, _outputIndex, OutputIndex + shift, ref from);
        }
        else
        {
            Put(output, _outputIndex, OutputIndex + shift, ref from);
            Put(output, _sequence, sequence, ref from);
        }

        if (_sequence.Equals(default(Range)))
        {
            output.Write(_json.Span[from.._end]);
            output.Write(",\"sequence_number\":"u8);
            Write(output, sequence);
            from = _end;
        }

        output.Write(_json.Span[from..]);
        return output.WrittenMemory;
    }

    /// <summary>All of it.</summary>
    public JsonElement Parse()
    {
        var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    private void Put(ArrayBufferWriter<byte> output, Range place, int value, ref int from)
    {
        if (place.Equals(default(Range)))
        {
            return;
        }

        output.Write(_json.Span[from..place.Start.Value]);
        Write(output, value);
        from = place.End.Value;
    }

    private static void Write(ArrayBufferWriter<byte> output, int value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(11), out var written);
        output.Advance(written);
    }

    private static Range Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Number)
        {
            return start..(start + reader.ValueSpan.Length);
        }

        reader.Skip();
        return default;
    }

    // Whatever stands there, the number of the client's stream takes its place.
    private static Range Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    // Data of several lines would be several lines on the way out as well.
    private static ReadOnlyMemory<byte> OnOneLine(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
        var output = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        JsonElement.ParseValue(ref reader).WriteTo(writer);
        writer.Flush();
        return output.WrittenMemory;
    }
}
