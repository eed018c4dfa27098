using System.Text.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>
/// One block of a message as the client sent it. A closed union with <see cref="UnknownBlock"/> for everything newer than
/// this program. Opaque JSON in it belongs to the request and lives as long.
/// </summary>
public abstract record ContentBlock;

/// <summary>Text.</summary>
public sealed record TextBlock(string Text) : ContentBlock;

/// <summary>Where the bytes of an image or a document are.</summary>
/// <param name="Type"><c>base64</c>, <c>url</c>, <c>text</c>, <c>content</c>, <c>file</c>, or something newer.</param>
public sealed record MediaSource(string Type)
{
    /// <summary>Media type, for <c>base64</c>.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Base64 data, or the text itself.</summary>
    public string Data { get; init; } = "";

    /// <summary>Address, for <c>url</c>.</summary>
    public string Url { get; init; } = "";

    /// <summary>Blocks, for <c>content</c>.</summary>
    public IReadOnlyList<ContentBlock> Content { get; init; } = [];
}

/// <summary>An image.</summary>
public sealed record ImageBlock(MediaSource Source) : ContentBlock;

/// <summary>A document: a PDF, a text, or blocks.</summary>
public sealed record DocumentBlock(string? Title, string? Context, MediaSource Source) : ContentBlock;

/// <summary>A search result the client brings itself.</summary>
public sealed record SearchResultBlock(string? Title, string? Source, IReadOnlyList<ContentBlock> Content)
    : ContentBlock;

/// <summary>Thinking of the model; only the signature matters here.</summary>
public sealed record ThinkingBlock(string Signature) : ContentBlock;

/// <summary>Thinking nobody may read.</summary>
public sealed record RedactedThinkingBlock(string Data) : ContentBlock;

/// <summary>A call the model made.</summary>
/// <param name="Id">The client's id of it.</param>
/// <param name="Name">Tool name.</param>
/// <param name="Input">Any JSON, although an object is meant.</param>
/// <param name="Toolset">Toolset the tool belongs to, if any.</param>
public sealed record ToolUseBlock(string Id, string Name, JsonElement? Input, string? Toolset) : ContentBlock;

/// <summary>The client's answer to a call.</summary>
public sealed record ToolResultBlock(string ToolUseId, IReadOnlyList<ContentBlock> Content, bool IsError)
    : ContentBlock;

/// <summary>A call of a tool that ran on the server's side.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Tool name.</param>
/// <param name="Input">Its input.</param>
/// <param name="Server">MCP server, for <c>mcp_tool_use</c>.</param>
public sealed record ServerToolUseBlock(string Id, string Name, JsonElement? Input, string? Server = null)
    : ContentBlock;

/// <summary>The result of a tool that ran on the server's side.</summary>
/// <param name="Type">Block type, such as <c>web_search_tool_result</c>.</param>
/// <param name="ToolUseId">The call it answers.</param>
/// <param name="Content">The result as it is.</param>
public sealed record ServerToolResultBlock(string Type, string ToolUseId, JsonElement? Content) : ContentBlock;

/// <summary>Names a tool that was just loaded.</summary>
public sealed record ToolReferenceBlock(string ToolName) : ContentBlock;

/// <summary>A summary that stands for everything before it.</summary>
public sealed record CompactionBlock(string Content) : ContentBlock;

/// <summary>A tool joins the list in mid-conversation.</summary>
public sealed record ToolAdditionBlock(Tool? Definition, string? ToolName) : ContentBlock;

/// <summary>A tool leaves the list in mid-conversation.</summary>
public sealed record ToolRemovalBlock(string ToolName) : ContentBlock;

/// <summary>A block type this program does not know.</summary>
/// <param name="Type">Its type, <c>""</c> when it has none.</param>
/// <param name="Json">The whole block.</param>
public sealed record UnknownBlock(string Type, JsonElement Json) : ContentBlock;
