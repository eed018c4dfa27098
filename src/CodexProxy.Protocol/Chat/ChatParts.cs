using System.Text.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>Writes what chunks and whole completions have in common.</summary>
internal static class ChatParts
{
    public static void WriteHead(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> kind,
        string id,
        long created,
        string model,
        string? serviceTier
    )
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, kind);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, model);
        if (serviceTier is not null)
        {
            writer.WriteString("service_tier"u8, serviceTier);
        }

        writer.WriteNull("system_fingerprint"u8);
    }

    /// <summary>Writes the members of a call, or of a change of one when id and name are null.</summary>
    public static void WriteCall(Utf8JsonWriter writer, string? id, string? name, string input, bool isCustom)
    {
        if (id is not null)
        {
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, isCustom ? "custom"u8 : "function"u8);
        }

        if (isCustom)
        {
            WriteCalled(writer, "custom"u8, name, "input"u8, input);
        }
        else
        {
            WriteFunction(writer, "function"u8, name, input);
        }
    }

    public static void WriteFunction(Utf8JsonWriter writer, ReadOnlySpan<byte> member, string? name, string input) =>
        WriteCalled(writer, member, name, "arguments"u8, input);

    public static void WriteAnnotations(Utf8JsonWriter writer, IReadOnlyList<ChatAnnotation> annotations)
    {
        writer.WriteStartArray("annotations"u8);
        foreach (var annotation in annotations)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "url_citation"u8);
            writer.WriteStartObject("url_citation"u8);
            writer.WriteNumber("start_index"u8, annotation.Start);
            writer.WriteNumber("end_index"u8, annotation.End);
            writer.WriteString("title"u8, annotation.Title);
            writer.WriteString("url"u8, annotation.Url);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteUsage(Utf8JsonWriter writer, ChatUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, usage.PromptTokens);
        writer.WriteNumber("completion_tokens"u8, usage.CompletionTokens);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens);
        writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCalled(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> member,
        string? name,
        ReadOnlySpan<byte> inputMember,
        string input
    )
    {
        writer.WriteStartObject(member);
        if (name is not null)
        {
            writer.WriteString("name"u8, name);
        }

        writer.WriteString(inputMember, input);
        writer.WriteEndObject();
    }
}
