using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>A tool the model may call.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FunctionTool), "function")]
[JsonDerivedType(typeof(CustomTool), "custom")]
[JsonDerivedType(typeof(WebSearchTool), "web_search")]
[JsonDerivedType(typeof(NamespaceTool), "namespace")]
public abstract record ResponsesTool;

/// <summary>A function the client runs.</summary>
/// <param name="Name">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Description">Absent when the client gave none.</param>
/// <param name="Parameters">An object schema with <c>properties</c>.</param>
/// <param name="Strict">Always written: the API tries strict validation when it is missing.</param>
public sealed record FunctionTool(string Name, string? Description, JsonElement Parameters, bool Strict)
    : ResponsesTool;

/// <summary>A tool the client runs, whose input is free text.</summary>
/// <param name="Name">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Description">Absent when the client gave none.</param>
/// <param name="Format">Absent for any text.</param>
public sealed record CustomTool(string Name, string? Description, CustomToolFormat? Format = null) : ResponsesTool;

/// <summary>What the input of a custom tool looks like.</summary>
/// <param name="Type"><c>text</c> or <c>grammar</c>.</param>
/// <param name="Syntax"><c>lark</c> or <c>regex</c>, for a grammar.</param>
/// <param name="Definition">The grammar.</param>
public sealed record CustomToolFormat(string Type, string? Syntax = null, string? Definition = null);

/// <summary>Search run by the backend.</summary>
/// <param name="ExternalWebAccess">False would mean cached pages only.</param>
/// <param name="Filters">Domain filter, if any.</param>
/// <param name="UserLocation">As the client gave it.</param>
/// <param name="SearchContextSize"><c>low</c>, <c>medium</c> or <c>high</c>; absent for the backend's own.</param>
public sealed record WebSearchTool(
    bool ExternalWebAccess,
    WebSearchFilters? Filters = null,
    JsonElement? UserLocation = null,
    string? SearchContextSize = null
) : ResponsesTool;

/// <summary>Domain filter of hosted search.</summary>
/// <param name="AllowedDomains">Only these are searched.</param>
public sealed record WebSearchFilters(IReadOnlyList<string> AllowedDomains);

/// <summary>Lite shape only: functions under one name.</summary>
/// <param name="Name"><c>functions</c>.</param>
/// <param name="Description">Empty.</param>
/// <param name="Tools">The functions.</param>
public sealed record NamespaceTool(string Name, string Description, IReadOnlyList<ResponsesTool> Tools) : ResponsesTool;

/// <summary>Tool choice: a bare word, one function, or one hosted tool.</summary>
[JsonConverter(typeof(ResponsesToolChoiceConverter))]
public readonly record struct ResponsesToolChoice
{
    private ResponsesToolChoice(string type, string? name) => (Type, Name) = (type, name);

    /// <summary>
    /// <c>auto</c>, <c>required</c>, <c>none</c>, <c>function</c>, <c>custom</c>, <c>allowed_tools</c> or the type of a
    /// hosted tool.
    /// </summary>
    public string Type { get; }

    /// <summary>The tool's name, for <c>function</c> and <c>custom</c> only.</summary>
    public string? Name { get; }

    /// <summary>Whether one of the tools must be called, for <c>allowed_tools</c> only.</summary>
    public bool MustCall { get; private init; }

    /// <summary>The tools that may be called, for <c>allowed_tools</c>; null for every other choice.</summary>
    public IReadOnlyList<ResponsesToolChoice>? Tools { get; private init; }

    /// <summary>The model decides.</summary>
    public static ResponsesToolChoice Auto { get; } = new("auto", null);

    /// <summary>Some tool must be called.</summary>
    public static ResponsesToolChoice Required { get; } = new("required", null);

    /// <summary>No tool may be called.</summary>
    public static ResponsesToolChoice None { get; } = new("none", null);

    /// <summary>The hosted search must be used.</summary>
    public static ResponsesToolChoice WebSearch { get; } = new("web_search", null);

    /// <summary>This function must be called.</summary>
    public static ResponsesToolChoice Function(string name) => new("function", name);

    /// <summary>This custom tool must be called.</summary>
    public static ResponsesToolChoice Custom(string name) => new("custom", name);

    /// <summary>Only these of the tools may be called.</summary>
    public static ResponsesToolChoice Allowed(IReadOnlyList<ResponsesToolChoice> tools, bool mustCall) =>
        new("allowed_tools", null) { Tools = tools, MustCall = mustCall };
}

/// <summary>Writes a tool choice as string or object; it is never read.</summary>
public sealed class ResponsesToolChoiceConverter : JsonConverter<ResponsesToolChoice>
{
    /// <inheritdoc/>
    public override ResponsesToolChoice Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => throw new NotSupportedException("Tool choices are only written.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResponsesToolChoice value, JsonSerializerOptions options)
    {
        if (value.Type is "auto" or "required" or "none")
        {
            writer.WriteStringValue(value.Type);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, value.Type);
        if (value.Name is not null)
        {
            writer.WriteString("name"u8, value.Name);
        }

        if (value.Tools is { } tools)
        {
            writer.WriteString("mode"u8, value.MustCall ? "required"u8 : "auto"u8);
            writer.WriteStartArray("tools"u8);
            foreach (var tool in tools)
            {
                Write(writer, tool, options);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
