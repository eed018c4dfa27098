using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>What is sent beside the conversation.</summary>
/// <param name="Model">Name of the model at the upstream.</param>
/// <param name="MaxTokens">Output tokens the client allows; null for no limit.</param>
/// <param name="MaxTokensMember">Member that carries the limit; null for an upstream that takes none.</param>
public sealed record ChatUpstreamCall(
    string Model,
    int? MaxTokens = null,
    string? MaxTokensMember = ChatUpstreamCall.DefaultMember
)
{
    /// <summary>The limit's member at most upstreams.</summary>
    public const string DefaultMember = "max_tokens";
}

/// <summary>
/// Writes a request as the body of <c>POST …/chat/completions</c>: the same request gives the same bytes. What the form has
/// no place for, <see cref="ChatUpstreamFit"/> has taken out.
/// </summary>
public static class ChatUpstreamRequest
{
    /// <summary>The one argument of a function that stands for a custom tool.</summary>
    public const string CustomInput = "input";

    /// <summary>Writes the body.</summary>
    public static void Write(IBufferWriter<byte> output, ResponsesRequest request, ChatUpstreamCall call)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, call.Model);
        writer.WriteStartArray("messages"u8);
        foreach (var turn in ChatTurns.Of(request))
        {
            WriteTurn(writer, turn);
        }

        writer.WriteEndArray();
        WriteTools(writer, request);
        WriteFormat(writer, request.Text?.Format);
        if (request.Reasoning.Effort is { } effort)
        {
            writer.WriteString("reasoning_effort"u8, effort);
        }

        if (call is { MaxTokens: { } limit, MaxTokensMember: { } member })
        {
            writer.WriteNumber(member, limit);
        }

        writer.WriteBoolean("stream"u8, true);
        writer.WriteStartObject("stream_options"u8);
        writer.WriteBoolean("include_usage"u8, true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTurn(Utf8JsonWriter writer, ChatTurn turn)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, turn.Role);
        if (turn.CallId is not null)
        {
            writer.WriteString("tool_call_id"u8, turn.CallId);
        }

        if (turn.Reasoning.Length > 0)
        {
            writer.WriteString("reasoning_content"u8, turn.Reasoning.ToString());
        }

        writer.WritePropertyName("content"u8);
        WriteContent(writer, turn);
        if (turn.Calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var call in turn.Calls)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, call.Id);
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, call.Arguments);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // One string wherever there is only text: not every upstream takes lists of parts, and none minds a string.
    private static void WriteContent(Utf8JsonWriter writer, ChatTurn turn)
    {
        if (turn.Parts.Count == 0 && turn.Role == "assistant")
        {
            writer.WriteNullValue();
            return;
        }

        if (turn.Parts.All(part => TextOf(part) is not null))
        {
            writer.WriteStringValue(string.Join("\n\n", turn.Parts.Select(TextOf)));
            return;
        }

        writer.WriteStartArray();
        foreach (var part in turn.Parts)
        {
            WritePart(writer, part);
        }

        writer.WriteEndArray();
    }

    private static string? TextOf(ContentPart part) =>
        part switch
        {
            InputText text => text.Text,
            OutputText text => text.Text,
            _ => null,
        };

    private static void WritePart(Utf8JsonWriter writer, ContentPart part)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case InputImage image:
                writer.WriteString("type"u8, "image_url"u8);
                writer.WriteStartObject("image_url"u8);
                writer.WriteString("url"u8, image.ImageUrl);
                if (image.Detail is "low" or "high" or "original")
                {
                    // The largest size of one side is not known to the other.
                    writer.WriteString("detail"u8, image.Detail == "low" ? "low"u8 : "high"u8);
                }

                writer.WriteEndObject();
                break;
            case InputFile file:
                writer.WriteString("type"u8, "file"u8);
                writer.WriteStartObject("file"u8);
                writer.WriteString("filename"u8, file.Filename ?? "document.pdf");
                writer.WriteString("file_data"u8, file.FileData);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, TextOf(part) ?? "");
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter writer, ResponsesRequest request)
    {
        var choice = request.ToolChoice;
        var tools = (request.Tools ?? [])
            .Where(tool => choice.Tools is not { } allowed || allowed.Any(name => name.Name == NameOf(tool)))
            .ToList();
        if (tools.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            ChatUpstreamTools.Write(writer, tool);
        }

        writer.WriteEndArray();
        ChatUpstreamTools.WriteChoice(writer, choice);
        if (!request.ParallelToolCalls)
        {
            writer.WriteBoolean("parallel_tool_calls"u8, false);
        }
    }

    private static string? NameOf(ResponsesTool tool) => (tool as FunctionTool)?.Name ?? (tool as CustomTool)?.Name;

    private static void WriteFormat(Utf8JsonWriter writer, TextFormat? format)
    {
        if (format is null)
        {
            return;
        }

        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, format.Type);
        if (format.Schema is { } schema)
        {
            writer.WriteStartObject("json_schema"u8);
            writer.WriteString("name"u8, format.Name ?? "output");
            if (format.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            writer.WritePropertyName("schema"u8);
            schema.WriteTo(writer);
            if (format.Strict is { } strict)
            {
                writer.WriteBoolean("strict"u8, strict);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
