using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>Reads the tokens of a Chat answer, wherever its upstream puts the cached ones.</summary>
internal static class ChatUsageReader
{
    /// <summary>The tokens; null where none are told.</summary>
    public static ResponseUsage? Read(JsonElement? usage)
    {
        if (usage is not { ValueKind: JsonValueKind.Object } counts)
        {
            return null;
        }

        var input = counts.Member("prompt_tokens_details") ?? default;
        var output = counts.Member("completion_tokens_details") ?? default;
        return new ResponseUsage(
            Count(counts, "prompt_tokens"),
            input.ValueKind == JsonValueKind.Object
                ? Count(input, "cached_tokens")
                : Count(counts, "prompt_cache_hit_tokens"),
            Count(input, "cache_write_tokens"),
            Count(counts, "completion_tokens"),
            Count(output, "reasoning_tokens")
        );
    }

    private static int Count(JsonElement element, string name) =>
        element.Number(name) is > 0 and <= int.MaxValue and var number ? (int)number : 0;
}
