using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Responses;

/// <summary>What of a <c>response</c> object is not the upstream's.</summary>
internal sealed record ResponseChanges
{
    /// <summary>Id the client knows the answer by; null keeps the upstream's.</summary>
    public string? Id { get; init; }

    /// <summary>Status; null keeps the upstream's.</summary>
    public string? Status { get; init; }

    /// <summary>Items that were done; they fill an empty output. Null where the object is an early one.</summary>
    public IReadOnlyList<JsonElement>? Output { get; init; }

    /// <summary>Usage of the whole answer; null keeps the upstream's.</summary>
    public ResponseUsage? Usage { get; init; }

    /// <summary>Why there is no whole answer; null keeps the upstream's.</summary>
    public OpenAIError? Error { get; init; }

    /// <summary>Whether the upstream's wish to go on was granted here.</summary>
    public bool WithoutEndTurn { get; init; }
}

/// <summary>
/// Writes the <c>response</c> object of an event: the upstream's members in their order, with the client's own settings
/// where the backend has others, and the output where the backend leaves it out.
/// </summary>
/// <param name="echo">The client's settings by name.</param>
internal sealed class ResponseComposer(IReadOnlyList<KeyValuePair<string, JsonElement>> echo)
{
    /// <summary>An event that carries the response.</summary>
    public ReadOnlyMemory<byte> Event(string type, JsonElement response, ResponseChanges changes, int sequence)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WritePropertyName("response"u8);
            Write(writer, response, changes);
            writer.WriteNumber("sequence_number"u8, sequence);
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>The response by itself.</summary>
    public ReadOnlyMemory<byte> Response(JsonElement response, ResponseChanges changes)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, Wire.WriterOptions))
        {
            Write(writer, response, changes);
        }

        return output.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer, JsonElement response, ResponseChanges changes)
    {
        writer.WriteStartObject();
        var written = new HashSet<string>();
        if (response.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in response.EnumerateObject())
            {
                if (written.Add(member.Name))
                {
                    Write(writer, member, changes);
                }
            }
        }

        foreach (var (name, value) in echo)
        {
            if (written.Add(name))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        WriteMissing(writer, changes, written);
        writer.WriteEndObject();
    }

    // What the answer has to say, where the upstream's object has no place for it: an early one knows of no usage.
    private static void WriteMissing(Utf8JsonWriter writer, ResponseChanges changes, HashSet<string> written)
    {
        if (changes.Id is { } id && !written.Contains("id"))
        {
            writer.WriteString("id"u8, id);
        }

        if (changes.Status is { } status && !written.Contains("status"))
        {
            writer.WriteString("status"u8, status);
        }

        if (changes.Error is { } error && !written.Contains("error"))
        {
            WriteError(writer, error);
        }

        if (changes.Output is { } items && !written.Contains("output"))
        {
            WriteItems(writer, items);
        }

        if (changes.Usage is { } usage && !written.Contains("usage"))
        {
            WriteUsage(writer, usage);
        }
    }

    private void Write(Utf8JsonWriter writer, JsonProperty member, ResponseChanges changes)
    {
        switch (member.Name)
        {
            case "id" when changes.Id is { } id:
                writer.WriteString("id"u8, id);
                return;
            case "status" when changes.Status is { } status:
                writer.WriteString("status"u8, status);
                return;
            case "output" when changes.Output is { } items && (changes.WithoutEndTurn || IsEmpty(member.Value)):
                WriteItems(writer, items);
                return;
            case "usage" when changes.Usage is { } usage:
                WriteUsage(writer, usage);
                return;
            case "end_turn" when changes.WithoutEndTurn:
                return;
            case "error" when changes.Error is { } error:
                WriteError(writer, error);
                return;
        }

        foreach (var (name, value) in echo)
        {
            if (name == member.Name)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
                return;
            }
        }

        member.WriteTo(writer);
    }

    private static void WriteError(Utf8JsonWriter writer, OpenAIError error)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, error.Code ?? error.Type);
        writer.WriteString("message"u8, error.Message);
        writer.WriteEndObject();
    }

    private static bool IsEmpty(JsonElement output) =>
        output.ValueKind != JsonValueKind.Array || output.GetArrayLength() == 0;

    private static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<JsonElement> items)
    {
        writer.WriteStartArray("output"u8);
        foreach (var item in items)
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the counts of a whole answer.</summary>
    private static void WriteUsage(Utf8JsonWriter writer, ResponseUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens);
        if (usage.CacheWriteTokens > 0)
        {
            writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens);
        }

        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, usage.InputTokens + usage.OutputTokens);
        writer.WriteEndObject();
    }
}
