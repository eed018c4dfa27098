using System.Text.Json;
using static CodexProxy.Protocol.OpenAI.JsonReading;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Reads <c>response</c> objects. They echo the whole request (instructions, tools), so members without use are skipped
/// without allocating.
/// </summary>
internal static class ResponseSnapshotReader
{
    internal static readonly ResponseSnapshot Empty = new();

    internal static ResponseSnapshot Read(ref Utf8JsonReader reader)
    {
        string? id = null,
            model = null,
            tier = null,
            reason = null;
        (string? Code, string? Message) error = default;
        bool? endTurn = null;
        int? createdAt = null;
        ResponseUsage? usage = null;
        List<OutputItem>? output = null;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = Text(ref reader);
            }
            else if (reader.ValueTextEquals("created_at"u8))
            {
                createdAt = Number(ref reader);
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                tier = Text(ref reader);
            }
            else if (reader.ValueTextEquals("end_turn"u8))
            {
                endTurn = Truth(ref reader);
            }
            else if (reader.ValueTextEquals("incomplete_details"u8))
            {
                reason = ReadReason(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = ReadError(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                usage = ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("output"u8))
            {
                output = ReadOutput(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return new ResponseSnapshot
        {
            Id = id,
            CreatedAt = createdAt,
            Model = model,
            ServiceTier = tier,
            IncompleteReason = reason,
            EndTurn = endTurn,
            Usage = usage,
            Output = output ?? [],
            ErrorCode = error.Code,
            ErrorMessage = error.Message,
        };
    }

    /// <summary>Reads an error value: an object, or a bare string that is its message.</summary>
    internal static (string? Code, string? Message) ReadError(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return (null, reader.GetString());
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return default;
        }

        string? code = null,
            type = null,
            message = null;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("code"u8))
            {
                code = Text(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                type = Text(ref reader);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                message = Text(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return (code ?? type, message);
    }

    private static string? ReadReason(ref Utf8JsonReader reader)
    {
        string? reason = null;
        if (EntersObject(ref reader))
        {
            while (NextMember(ref reader))
            {
                if (reader.ValueTextEquals("reason"u8))
                {
                    reason = Text(ref reader);
                }
                else
                {
                    SkipValue(ref reader);
                }
            }
        }

        return reason;
    }

    private static ResponseUsage? ReadUsage(ref Utf8JsonReader reader)
    {
        if (!EntersObject(ref reader))
        {
            return null;
        }

        int input = 0,
            cached = 0,
            written = 0,
            output = 0,
            reasoning = 0;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("input_tokens"u8))
            {
                input = Count(ref reader);
            }
            else if (reader.ValueTextEquals("output_tokens"u8))
            {
                output = Count(ref reader);
            }
            else if (reader.ValueTextEquals("input_tokens_details"u8))
            {
                (cached, written) = ReadPair(ref reader, "cached_tokens"u8, "cache_write_tokens"u8);
            }
            else if (reader.ValueTextEquals("output_tokens_details"u8))
            {
                (reasoning, _) = ReadPair(ref reader, "reasoning_tokens"u8, default);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return new ResponseUsage(input, cached, written, output, reasoning);
    }

    private static (int First, int Second) ReadPair(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second
    )
    {
        (int First, int Second) pair = default;
        if (EntersObject(ref reader))
        {
            while (NextMember(ref reader))
            {
                if (reader.ValueTextEquals(first))
                {
                    pair.First = Count(ref reader);
                }
                else if (!second.IsEmpty && reader.ValueTextEquals(second))
                {
                    pair.Second = Count(ref reader);
                }
                else
                {
                    SkipValue(ref reader);
                }
            }
        }

        return pair;
    }

    private static int Count(ref Utf8JsonReader reader) => Math.Max(0, Number(ref reader) ?? 0);

    private static List<OutputItem>? ReadOutput(ref Utf8JsonReader reader)
    {
        List<OutputItem>? output = null;
        if (EntersArray(ref reader))
        {
            while (NextObject(ref reader))
            {
                (output ??= []).Add(OutputItemReader.Read(ref reader));
            }
        }

        return output;
    }
}
