using System.Text.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Writes <c>usage</c> in its two forms.</summary>
internal static class UsageParts
{
    /// <summary>The form of message objects.</summary>
    internal static void WriteWhole(Utf8JsonWriter writer, MessageUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        WriteInput(writer, usage);
        writer.WriteStartObject("cache_creation"u8);
        writer.WriteNumber("ephemeral_5m_input_tokens"u8, usage.CacheCreationInputTokens);
        writer.WriteNumber("ephemeral_1h_input_tokens"u8, 0);
        writer.WriteEndObject();
        WriteOutput(writer, usage);
        writer.WriteString("service_tier"u8, usage.ServiceTier);
        writer.WriteNull("inference_geo"u8);
        writer.WriteString("speed"u8, usage.Speed);
        writer.WriteEndObject();
    }

    /// <summary>The form of <c>message_delta</c>.</summary>
    internal static void WriteDelta(Utf8JsonWriter writer, MessageUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        WriteInput(writer, usage);
        WriteOutput(writer, usage);
        writer.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter writer, MessageUsage usage)
    {
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteNumber("cache_creation_input_tokens"u8, usage.CacheCreationInputTokens);
        writer.WriteNumber("cache_read_input_tokens"u8, usage.CacheReadInputTokens);
    }

    private static void WriteOutput(Utf8JsonWriter writer, MessageUsage usage)
    {
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        if (usage.ThinkingTokens is { } thinking)
        {
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("thinking_tokens"u8, thinking);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("output_tokens_details"u8);
        }

        if (usage.WebSearchRequests == 0 && usage.WebFetchRequests == 0)
        {
            writer.WriteNull("server_tool_use"u8);
            return;
        }

        writer.WriteStartObject("server_tool_use"u8);
        writer.WriteNumber("web_search_requests"u8, usage.WebSearchRequests);
        writer.WriteNumber("web_fetch_requests"u8, usage.WebFetchRequests);
        writer.WriteEndObject();
    }
}
