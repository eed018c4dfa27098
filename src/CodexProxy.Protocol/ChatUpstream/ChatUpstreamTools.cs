using System.Text.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>Writes tools and the choice among them; every tool is a function here.</summary>
internal static class ChatUpstreamTools
{
    public static void Write(Utf8JsonWriter writer, ResponsesTool tool)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        if (tool is FunctionTool function)
        {
            WriteHead(writer, function.Name, function.Description);
            writer.WritePropertyName("parameters"u8);
            function.Parameters.WriteTo(writer);
            if (function.Strict)
            {
                writer.WriteBoolean("strict"u8, true);
            }
        }
        else if (tool is CustomTool custom)
        {
            WriteHead(writer, custom.Name, DescriptionOf(custom));
            writer.WriteStartObject("parameters"u8);
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            writer.WriteStartObject(ChatUpstreamRequest.CustomInput);
            writer.WriteString("type"u8, "string"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartArray("required"u8);
            writer.WriteStringValue(ChatUpstreamRequest.CustomInput);
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties"u8, false);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteChoice(Utf8JsonWriter writer, ResponsesToolChoice choice)
    {
        if (choice.Name is { } name)
        {
            writer.WriteStartObject("tool_choice"u8);
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, name);
            writer.WriteEndObject();
            writer.WriteEndObject();
            return;
        }

        writer.WriteString(
            "tool_choice"u8,
            choice.Tools is null ? choice.Type
                : choice.MustCall ? "required"
                : "auto"
        );
    }

    private static void WriteHead(Utf8JsonWriter writer, string name, string? description)
    {
        writer.WriteString("name"u8, name);
        if (!string.IsNullOrEmpty(description))
        {
            writer.WriteString("description"u8, description);
        }
    }

    // A grammar cannot be enforced here; the model is told of it.
    private static string? DescriptionOf(CustomTool tool) =>
        tool.Format is { Definition: { } grammar } format
            ? $"{tool.Description}\n\nThe input must follow this {format.Syntax} grammar:\n{grammar}".TrimStart('\n')
            : tool.Description;
}
