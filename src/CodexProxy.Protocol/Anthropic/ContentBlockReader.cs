using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Reads content blocks. A string is one text block, an object a one-block array.</summary>
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
                        element.ValueKind == JsonValueKind.String
                            ? new TextBlock(element.GetString()!)
                            : Read(element, $"{path}.content.{blocks.Count}")
                    );
                }

                return blocks;
            case null:
                return [];
            default:
                throw StrictMembers.Wrong($"{path}.content", "Input should be a valid string or array");
        }
    }

    private static ContentBlock Read(JsonElement block, string path) =>
        block.AsObject(path).NeedName("type", path) switch
        {
            "text" => new TextBlock(block.NeedText("text", path)),
            "image" => new ImageBlock(ReadSource(block, path)),
            "document" => new DocumentBlock(
                block.TextAt("title", path),
                block.TextAt("context", path),
                ReadSource(block, path)
            ),
            "search_result" => new SearchResultBlock(
                block.TextAt("title", path),
                block.TextAt("source", path),
                ReadContent(block.Member("content"), path)
            ),
            "thinking" => new ThinkingBlock(block.TextAt("signature", path) ?? ""),
            "redacted_thinking" => new RedactedThinkingBlock(block.TextAt("data", path) ?? ""),
            "tool_use" => new ToolUseBlock(
                block.NeedText("id", path),
                block.NeedName("name", path),
                block.Member("input"),
                block.TextAt("toolset_name", path)
            ),
            "tool_result" => new ToolResultBlock(
                block.NeedText("tool_use_id", path),
                ReadContent(block.Member("content"), path),
                block.FlagAt("is_error", path)
            ),
            "server_tool_use" => new ServerToolUseBlock(
                block.NeedText("id", path),
                block.NeedName("name", path),
                block.Member("input")
            ),
            "mcp_tool_use" => new ServerToolUseBlock(
                block.NeedText("id", path),
                block.NeedName("name", path),
                block.Member("input"),
                block.TextAt("server_name", path) ?? ""
            ),
            "tool_reference" => new ToolReferenceBlock(block.NeedText("tool_name", path)),
            "compaction" => new CompactionBlock(block.TextAt("content", path) ?? ""),
            "tool_addition" => new ToolAdditionBlock(
                block.ObjectAt("tool_definition", path) is { } definition
                    ? MessagesRequestReader.ReadTool(definition, $"{path}.tool_definition")
                    : null,
                block.TextAt("tool_name", path)
            ),
            "tool_removal" => new ToolRemovalBlock(block.NeedText("tool_name", path)),
            { } type when type.EndsWith("_tool_result", StringComparison.Ordinal) => new ServerToolResultBlock(
                type,
                block.NeedText("tool_use_id", path),
                block.Member("content")
            ),
            var type => new UnknownBlock(type, block),
        };

    private static MediaSource ReadSource(JsonElement block, string path)
    {
        var source = block.ObjectAt("source", path) ?? throw StrictMembers.Wrong($"{path}.source", "Field required");
        path += ".source";
        var type = source.NeedText("type", path);
        return new MediaSource(type)
        {
            MediaType = source.TextAt("media_type", path) ?? "",
            Data = type is "base64" or "text" ? source.NeedText("data", path) : source.TextAt("data", path) ?? "",
            Url = type == "url" ? source.NeedName("url", path) : source.TextAt("url", path) ?? "",
            Content = ReadContent(source.Member("content"), path),
        };
    }
}
