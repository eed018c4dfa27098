using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Reads content blocks. A string is one text block, an object a one-block array, anything else nothing.</summary>
internal static class ContentBlockReader
{
    public static IReadOnlyList<ContentBlock> ReadContent(JsonElement? content, string path)
    {
        switch (content)
        {
            case { ValueKind: JsonValueKind.String } text:
                return [new TextBlock(text.GetString()!)];
            case { ValueKind: JsonValueKind.Object } block:
                return [Read(block, $"{path}.content.0")];
            case { ValueKind: JsonValueKind.Array } array:
                var blocks = new List<ContentBlock>(array.GetArrayLength());
                foreach (var element in array.EnumerateArray())
                {
                    blocks.Add(
                        element.ValueKind switch
                        {
                            JsonValueKind.Object => Read(element, $"{path}.content.{blocks.Count}"),
                            JsonValueKind.String => new TextBlock(element.GetString()!),
                            _ => new UnknownBlock("", element),
                        }
                    );
                }

                return blocks;
            default:
                return [];
        }
    }

    private static ContentBlock Read(JsonElement block, string path) =>
        block.Text("type") switch
        {
            "text" => new TextBlock(block.Text("text") ?? ""),
            "image" => new ImageBlock(ReadSource(block.Member("source"), path)),
            "document" => new DocumentBlock(
                block.Text("title"),
                block.Text("context"),
                ReadSource(block.Member("source"), path)
            ),
            "search_result" => new SearchResultBlock(
                block.Text("title"),
                block.Text("source"),
                ReadContent(block.Member("content"), path)
            ),
            "thinking" => new ThinkingBlock(block.Text("signature") ?? ""),
            "redacted_thinking" => new RedactedThinkingBlock(block.Text("data") ?? ""),
            "tool_use" => new ToolUseBlock(
                block.Text("id") ?? "",
                block.Text("name") ?? "",
                block.Member("input"),
                block.Text("toolset_name")
            ),
            "tool_result" => new ToolResultBlock(
                block.Text("tool_use_id") ?? "",
                ReadContent(block.Member("content"), path),
                block.Flag("is_error")
            ),
            "server_tool_use" => new ServerToolUseBlock(
                block.Text("id") ?? "",
                block.Text("name") ?? "",
                block.Member("input")
            ),
            "mcp_tool_use" => new ServerToolUseBlock(
                block.Text("id") ?? "",
                block.Text("name") ?? "",
                block.Member("input"),
                block.Text("server_name") ?? ""
            ),
            "tool_reference" => new ToolReferenceBlock(block.Text("tool_name") ?? ""),
            "compaction" => new CompactionBlock(block.Text("content") ?? ""),
            "tool_addition" => new ToolAdditionBlock(
                block.Member("tool_definition") is { ValueKind: JsonValueKind.Object } definition
                    ? MessagesRequestReader.ReadTool(definition, $"{path}.tool_definition")
                    : null,
                block.Text("tool_name")
            ),
            "tool_removal" => new ToolRemovalBlock(block.Text("tool_name") ?? ""),
            { } type when type.EndsWith("_tool_result", StringComparison.Ordinal) => new ServerToolResultBlock(
                type,
                block.Text("tool_use_id") ?? "",
                block.Member("content")
            ),
            var type => new UnknownBlock(type ?? "", block),
        };

    private static MediaSource ReadSource(JsonElement? source, string path) =>
        new(source?.Text("type") ?? "")
        {
            MediaType = source?.Text("media_type") ?? "",
            Data = source?.Text("data") ?? "",
            Url = source?.Text("url") ?? "",
            Content = ReadContent(source?.Member("content"), path),
        };
}
