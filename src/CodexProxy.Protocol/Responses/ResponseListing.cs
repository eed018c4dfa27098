using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Responses;

/// <summary>Small bodies of the endpoints beside the one that answers.</summary>
public static class ResponseListing
{
    /// <summary>Items listed when the client does not say how many.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Writes what a response was given, newest first unless asked otherwise.</summary>
    /// <param name="output">Takes the body.</param>
    /// <param name="response">The exchange.</param>
    /// <param name="limit">Items at most.</param>
    /// <param name="ascending">Whether the oldest come first.</param>
    /// <param name="after">Id of the item before the first one listed; null for the beginning.</param>
    public static void WriteInput(
        IBufferWriter<byte> output,
        KeptResponse response,
        int limit,
        bool ascending,
        string? after
    )
    {
        var all = response.Input.Select((kept, index) => (Id: kept.Id ?? $"item_{index}", kept.Item)).ToList();
        if (!ascending)
        {
            all.Reverse();
        }

        var rest = all.Skip(after is null ? 0 : all.FindIndex(item => item.Id == after) + 1).ToList();
        var page = rest.Take(limit).ToList();
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var (id, item) in page)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            foreach (var member in OpenAIJson.ToElement(item).EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("first_id"u8, page.Count > 0 ? page[0].Id : null);
        writer.WriteString("last_id"u8, page.Count > 0 ? page[^1].Id : null);
        writer.WriteBoolean("has_more"u8, rest.Count > page.Count);
        writer.WriteEndObject();
    }

    /// <summary>Writes that a response is forgotten.</summary>
    public static void WriteDeleted(IBufferWriter<byte> output, string id)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteBoolean("deleted"u8, true);
        writer.WriteEndObject();
    }

    /// <summary>Writes a count of input tokens.</summary>
    public static void WriteCount(IBufferWriter<byte> output, int tokens)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "response.input_tokens"u8);
        writer.WriteNumber("input_tokens"u8, tokens);
        writer.WriteEndObject();
    }
}
