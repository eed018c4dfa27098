using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>A whole answer.</summary>
public sealed record ChatCompletion
{
    /// <summary>Id of the answer.</summary>
    public required string Id { get; init; }

    /// <summary>When it began, Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary>Model name the client asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Tier that served, if known.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Text; null when the answer is calls or a refusal only.</summary>
    public string? Content { get; init; }

    /// <summary>What the model refused with; null when it did not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Summary of the reasoning; null when there is none.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>Calls the client is to run.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>The one call in its oldest form.</summary>
    public ChatFunction? FunctionCall { get; init; }

    /// <summary>Cited web pages.</summary>
    public IReadOnlyList<ChatAnnotation> Annotations { get; init; } = [];

    /// <summary>One of <see cref="ChatFinishReason"/>.</summary>
    public required string FinishReason { get; init; }

    /// <summary>Tokens used; null when they were not asked for.</summary>
    public ChatUsage? Usage { get; init; }

    /// <summary>Writes the completion as compact UTF-8.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        ChatParts.WriteHead(writer, "chat.completion"u8, Id, Created, Model, ServiceTier);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        WriteMessage(writer);
        writer.WriteString("finish_reason"u8, FinishReason);
        writer.WriteNull("logprobs"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (Usage is not null)
        {
            ChatParts.WriteUsage(writer, Usage);
        }

        writer.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("content"u8, Content);
        writer.WriteString("refusal"u8, Refusal);
        if (ToolCalls.Count > 0)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var call in ToolCalls)
            {
                writer.WriteStartObject();
                ChatParts.WriteCall(writer, call.Id, call.Function.Name, call.Function.Arguments, call.IsCustom);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (FunctionCall is not null)
        {
            ChatParts.WriteFunction(writer, "function_call"u8, FunctionCall.Name, FunctionCall.Arguments);
        }

        if (ReasoningContent is not null)
        {
            writer.WriteString("reasoning_content"u8, ReasoningContent);
        }

        if (Annotations.Count > 0)
        {
            ChatParts.WriteAnnotations(writer, Annotations);
        }

        writer.WriteEndObject();
    }
}
