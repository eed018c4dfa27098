using System.Text.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>A tool the client offers.</summary>
/// <param name="Name">Tool name.</param>
/// <param name="Description">What it does, for the model.</param>
public abstract record ChatTool(string Name, string? Description)
{
    /// <summary><c>function</c>, and every entry of the old <c>functions</c>.</summary>
    /// <param name="Name">Tool name.</param>
    /// <param name="Description">What it does, for the model.</param>
    /// <param name="Parameters">JSON schema of the arguments; null for none.</param>
    /// <param name="Strict">Whether the client wants the schema enforced.</param>
    public sealed record Function(string Name, string? Description, JsonElement? Parameters, bool Strict)
        : ChatTool(Name, Description);

    /// <summary><c>custom</c>: its input is free text.</summary>
    /// <param name="Name">Tool name.</param>
    /// <param name="Description">What it does, for the model.</param>
    /// <param name="Syntax">Syntax of the grammar, <c>lark</c> or <c>regex</c>; null for any text.</param>
    /// <param name="Grammar">The grammar; null for any text.</param>
    public sealed record Custom(string Name, string? Description, string? Syntax, string? Grammar)
        : ChatTool(Name, Description);

    /// <summary>A tool type this program does not know.</summary>
    public sealed record Unknown(string Type) : ChatTool("", null);
}

/// <summary>Which tool may or must be called.</summary>
/// <param name="Mode"><c>auto</c>, <c>none</c>, <c>required</c>, <c>tool</c> or <c>allowed</c>.</param>
public sealed record ChatToolChoice(string Mode)
{
    /// <summary>The tool, for <c>tool</c>; the tools, for <c>allowed</c>.</summary>
    public IReadOnlyList<ChatToolName> Tools { get; init; } = [];

    /// <summary>Whether one of them must be called, for <c>allowed</c>.</summary>
    public bool MustCall { get; init; }
}

/// <summary>A tool named by a choice.</summary>
/// <param name="Name">Tool name.</param>
/// <param name="IsCustom">Whether it is a custom tool.</param>
/// <param name="Field">Where the client named it.</param>
public sealed record ChatToolName(string Name, bool IsCustom, string Field);

/// <summary>Form of the answer.</summary>
/// <param name="Type"><c>json_schema</c> or <c>json_object</c>.</param>
/// <param name="Name">Label of the schema.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Strict">Whether the client wants it enforced.</param>
/// <param name="HasDescription">Whether the client described the schema in words.</param>
public sealed record ChatResponseFormat(
    string Type,
    string? Name = null,
    JsonElement? Schema = null,
    bool Strict = false,
    bool HasDescription = false
);

/// <summary>What a hosted search is told.</summary>
/// <param name="ContextSize"><c>low</c>, <c>medium</c> or <c>high</c>; null for the default.</param>
/// <param name="Location">The client's approximate place; null when unknown.</param>
public sealed record ChatWebSearch(string? ContextSize, JsonElement? Location);
