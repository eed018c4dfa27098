using System.Text.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Writes the shapes that streams and whole messages share. Every key is there, since clients overwrite by key.</summary>
internal static class MessageParts
{
    internal static void WriteBlock(Utf8JsonWriter writer, MessageBlock block)
    {
        writer.WriteStartObject();
        switch (block)
        {
            case MessageBlock.Text text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Value);
                WriteCitations(writer, text.Citations);
                break;
            case MessageBlock.Thinking thinking:
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, thinking.Value);
                writer.WriteString("signature"u8, thinking.Signature);
                break;
            case MessageBlock.ToolUse call:
                writer.WriteString("type"u8, "tool_use"u8);
                WriteCall(writer, call.Id, call.Name, call.Input);
                if (call.Toolset is not null)
                {
                    writer.WriteString("toolset_name"u8, call.Toolset);
                }

                WriteCaller(writer);
                break;
            case MessageBlock.ServerToolUse call:
                writer.WriteString("type"u8, "server_tool_use"u8);
                WriteCall(writer, call.Id, call.Name, call.Input);
                WriteCaller(writer);
                break;
            case MessageBlock.WebSearchToolResult result:
                WriteSearchResult(writer, result);
                WriteCaller(writer);
                break;
            case MessageBlock.WebFetchToolResult result:
                WriteFetchResult(writer, result);
                WriteCaller(writer);
                break;
        }

        writer.WriteEndObject();
    }

    internal static void WriteCitation(Utf8JsonWriter writer, Citation citation)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "web_search_result_location"u8);
        writer.WriteString("cited_text"u8, citation.CitedText);
        writer.WriteString("url"u8, citation.Url);
        writer.WriteString("title"u8, citation.Title);
        writer.WriteString("encrypted_index"u8, citation.EncryptedIndex);
        writer.WriteEndObject();
    }

    internal static void WriteStopDetails(Utf8JsonWriter writer, RefusalDetails? refusal)
    {
        if (refusal is null)
        {
            writer.WriteNull("stop_details"u8);
            return;
        }

        writer.WriteStartObject("stop_details"u8);
        writer.WriteString("type"u8, "refusal"u8);
        writer.WriteString("category"u8, refusal.Category);
        writer.WriteString("explanation"u8, refusal.Explanation);
        writer.WriteEndObject();
    }

    internal static void WriteContextEdits(Utf8JsonWriter writer, IReadOnlyList<AppliedContextEdit> edits)
    {
        if (edits.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("context_management"u8);
        writer.WriteStartArray("applied_edits"u8);
        foreach (var edit in edits)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, edit.Type);
            if (edit.Type.StartsWith("clear_thinking", StringComparison.Ordinal))
            {
                writer.WriteNumber("cleared_thinking_turns"u8, edit.ClearedThinkingTurns);
            }
            else
            {
                writer.WriteNumber("cleared_tool_uses"u8, edit.ClearedToolUses);
            }

            writer.WriteNumber("cleared_input_tokens"u8, edit.ClearedInputTokens);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, string id, string name, string input)
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("name"u8, name);
        writer.WritePropertyName("input"u8);
        writer.WriteRawValue(input, skipInputValidation: true);
    }

    private static void WriteCaller(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("caller"u8);
        writer.WriteString("type"u8, "direct"u8);
        writer.WriteEndObject();
    }

    private static void WriteCitations(Utf8JsonWriter writer, IReadOnlyList<Citation>? citations)
    {
        if (citations is null)
        {
            writer.WriteNull("citations"u8);
            return;
        }

        writer.WriteStartArray("citations"u8);
        foreach (var citation in citations)
        {
            WriteCitation(writer, citation);
        }

        writer.WriteEndArray();
    }

    private static void WriteSearchResult(Utf8JsonWriter writer, MessageBlock.WebSearchToolResult result)
    {
        writer.WriteString("type"u8, "web_search_tool_result"u8);
        writer.WriteString("tool_use_id"u8, result.ToolUseId);
        if (result.ErrorCode is not null)
        {
            WriteResultError(writer, "web_search_tool_result_error"u8, result.ErrorCode);
            return;
        }

        writer.WriteStartArray("content"u8);
        foreach (var page in result.Results)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "web_search_result"u8);
            writer.WriteString("url"u8, page.Url);
            writer.WriteString("title"u8, page.Title);
            writer.WriteString("encrypted_content"u8, page.EncryptedContent);
            writer.WriteNull("page_age"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFetchResult(Utf8JsonWriter writer, MessageBlock.WebFetchToolResult result)
    {
        writer.WriteString("type"u8, "web_fetch_tool_result"u8);
        writer.WriteString("tool_use_id"u8, result.ToolUseId);
        if (result.ErrorCode is not null)
        {
            WriteResultError(writer, "web_fetch_tool_result_error"u8, result.ErrorCode);
            return;
        }

        writer.WriteStartObject("content"u8);
        writer.WriteString("type"u8, "web_fetch_result"u8);
        writer.WriteString("url"u8, result.Url);
        writer.WriteStartObject("content"u8);
        writer.WriteString("type"u8, "document"u8);
        writer.WriteStartObject("source"u8);
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("media_type"u8, "text/plain"u8);
        writer.WriteString("data"u8, ""u8);
        writer.WriteEndObject();
        writer.WriteNull("title"u8);
        writer.WriteNull("citations"u8);
        writer.WriteEndObject();
        writer.WriteNull("retrieved_at"u8);
        writer.WriteEndObject();
    }

    private static void WriteResultError(Utf8JsonWriter writer, ReadOnlySpan<byte> type, string code)
    {
        writer.WriteStartObject("content"u8);
        writer.WriteString("type"u8, type);
        writer.WriteString("error_code"u8, code);
        writer.WriteEndObject();
    }
}
