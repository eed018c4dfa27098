using System.Text.Json;

namespace CodexProxy.Tests.Faults;

/// <summary>Texts and calls of an answer that came as one body.</summary>
internal static class WholeAnswer
{
    public static IReadOnlyList<string> Read(ClientFace face, JsonElement body) =>
        face.Path switch
        {
            "/v1/messages" => [.. Blocks(body), $"stop {body.GetProperty("stop_reason").GetString()}"],
            "/v1/chat/completions" => [.. Choice(body.GetProperty("choices")[0])],
            _ => Response(body),
        };

    /// <summary>Items of a response, and how it ended.</summary>
    public static List<string> Response(JsonElement response)
    {
        var content = new List<string>();
        foreach (var item in response.GetProperty("output").EnumerateArray())
        {
            content.Add(Item(item));
        }

        content.Add($"status {response.GetProperty("status").GetString()}");
        return content;
    }

    /// <summary>One item: what a client acts on.</summary>
    public static string Item(JsonElement item) =>
        item.GetProperty("type").GetString() switch
        {
            "message" => "text "
                + string.Concat(
                    item.GetProperty("content")
                        .EnumerateArray()
                        .Select(part =>
                            part.TryGetProperty("text", out var text) ? text.GetString()
                            : part.TryGetProperty("refusal", out var refusal) ? refusal.GetString()
                            : ""
                        )
                ),
            "function_call" =>
                $"call {item.GetProperty("call_id").GetString()} {item.GetProperty("name").GetString()} {item.GetProperty("arguments").GetString()}",
            "custom_tool_call" =>
                $"call {item.GetProperty("call_id").GetString()} {item.GetProperty("name").GetString()} {item.GetProperty("input").GetString()}",
            var other => other!,
        };

    private static IEnumerable<string> Blocks(JsonElement message) =>
        message
            .GetProperty("content")
            .EnumerateArray()
            .Select(block =>
                block.GetProperty("type").GetString() switch
                {
                    "text" => $"text {block.GetProperty("text").GetString()}",
                    "tool_use" =>
                        $"call {block.GetProperty("id").GetString()} {block.GetProperty("name").GetString()} {JsonSerializer.Serialize(block.GetProperty("input"))}",
                    var other => other!,
                }
            );

    private static IEnumerable<string> Choice(JsonElement choice)
    {
        var message = choice.GetProperty("message");
        foreach (var name in new[] { "content", "refusal", "reasoning_content" })
        {
            if (message.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
            {
                yield return $"{name} {text.GetString()}";
            }
        }

        if (message.TryGetProperty("tool_calls", out var calls))
        {
            foreach (var call in calls.EnumerateArray())
            {
                yield return $"call {call}";
            }
        }

        yield return $"stop {choice.GetProperty("finish_reason").GetString()}";
    }
}
