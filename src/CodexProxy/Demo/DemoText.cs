using System.Globalization;
using System.Text.Json;

namespace CodexProxy.Demo;

/// <summary>Requests and events of both protocols in a few words.</summary>
internal static class DemoText
{
    /// <summary>One line of at most <paramref name="width"/> characters.</summary>
    public static string Shorten(string text, int width)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= width ? line : string.Concat(line.AsSpan(0, Math.Max(0, width - 1)), "…");
    }

    /// <summary>What the client asks.</summary>
    public static List<DemoCell> OfClientRequest(JsonElement body) =>
        [
            new("POST /v1/messages", IsTitle: true),
            new("  model", Text(body, "model")),
            new("  system", Characters(string.Concat(Each(body, "system").Select(block => Text(block, "text"))))),
            new("  tools", string.Join(", ", Each(body, "tools").Select(tool => Text(tool, "name")))),
            new("  thinking", Text(body.GetProperty("thinking"), "type")),
            .. Each(body, "messages").SelectMany(OfMessage),
        ];

    /// <summary>What the gateway asks for it.</summary>
    public static List<DemoCell> OfUpstreamRequest(string path, JsonElement body) =>
        [
            new($"POST {path}", IsTitle: true),
            new("  model", Text(body, "model")),
            new("  instructions", Characters(Text(body, "instructions"))),
            new("  tools", string.Join(", ", Each(body, "tools").Select(tool => Text(tool, "name")))),
            new("  reasoning", Members(body, "reasoning")),
            .. Each(body, "input").Select(OfItem),
        ];

    /// <summary>One event that the client got.</summary>
    public static DemoCell OfClientEvent(JsonElement json)
    {
        var type = Text(json, "type");
        return type switch
        {
            "message_start" => new(
                type,
                $"input ~{Number(json.GetProperty("message").GetProperty("usage"), "input_tokens")}"
            ),
            "content_block_start" => new(type, BlockName(json.GetProperty("content_block"))),
            "content_block_delta" => new(type, Delta(json.GetProperty("delta"))),
            "message_delta" => new(type, $"stop: {Text(json.GetProperty("delta"), "stop_reason")}"),
            _ => new(type),
        };
    }

    /// <summary>One event that the upstream sent.</summary>
    public static DemoCell OfUpstreamEvent(JsonElement json)
    {
        var type = Text(json, "type");
        var name = type.StartsWith("response.", StringComparison.Ordinal) ? type["response".Length..] : type;
        return name switch
        {
            ".output_item.added" or ".output_item.done" => new(name, OfItemType(json.GetProperty("item"))),
            _ when name.EndsWith(".delta", StringComparison.Ordinal) => new(name, Quoted(Text(json, "delta"))),
            ".completed" => new(name, Usage(json.GetProperty("response").GetProperty("usage"))),
            _ => new(name),
        };
    }

    /// <summary>A count with its thousands apart.</summary>
    public static string Number(JsonElement json, string name) => Number(json.GetProperty(name).GetInt64());

    /// <inheritdoc cref="Number(JsonElement, string)"/>
    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A string member; empty when absent or of another kind.</summary>
    public static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<DemoCell> OfMessage(JsonElement message)
    {
        var role = $"  {Text(message, "role")}";
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? [new DemoCell(role, Quoted(content.GetString()!))]
            : content.EnumerateArray().Select(block => new DemoCell(role, OfBlock(block)));
    }

    private static string OfBlock(JsonElement block) =>
        Text(block, "type") switch
        {
            "text" => Quoted(Text(block, "text")),
            "thinking" => "thinking and its signature",
            "tool_use" => $"tool_use {Text(block, "name")}",
            "tool_result" => $"tool_result {Quoted(Text(block, "content"))}",
            var other => other,
        };

    private static DemoCell OfItem(JsonElement item) =>
        Text(item, "type") switch
        {
            "reasoning" => new("  reasoning", $"sealed, {Characters(Text(item, "encrypted_content"))}"),
            "function_call" => new("  function_call", $"{Text(item, "name")} {Text(item, "arguments")}"),
            "function_call_output" => new("  …_output", Quoted(Text(item, "output"))),
            _ => new(
                $"  {Text(item, "role")}",
                Quoted(string.Concat(Each(item, "content").Select(part => Text(part, "text"))))
            ),
        };

    private static string OfItemType(JsonElement item) =>
        Text(item, "type") is "function_call" ? $"call {Text(item, "name")}" : Text(item, "type");

    private static string BlockName(JsonElement block) =>
        Text(block, "type") is "tool_use" ? $"tool_use {Text(block, "name")}" : Text(block, "type");

    private static string Delta(JsonElement delta) =>
        Text(delta, "type") switch
        {
            "text_delta" => Quoted(Text(delta, "text")),
            "thinking_delta" => Quoted(Text(delta, "thinking")),
            "input_json_delta" => Quoted(Text(delta, "partial_json")),
            "signature_delta" => $"signature, {Number(Text(delta, "signature").Length)} chars",
            var other => other,
        };

    private static string Usage(JsonElement usage) =>
        $"in {Number(usage, "input_tokens")}, out {Number(usage, "output_tokens")}";

    private static string Members(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name} {member.Value}"))
            : "";

    private static JsonElement.ArrayEnumerator Each(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : default;

    private static string Characters(string text) => $"{Number(text.Length)} characters";

    private static string Quoted(string text) => $"“{text}”";
}
