using System.Text.Json;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules between items: each call has one later output, each output its call, each reasoning its follower.</summary>
internal static class PairingRules
{
    public static HttpReply? All(IReadOnlyList<JsonElement> items)
    {
        var pending = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var type = ConversationView.Type(items[i]);
            if (type is "function_call" or "custom_tool_call")
            {
                var callId = items[i].GetProperty("call_id").GetString()!;
                if (!seen.Add(callId))
                {
                    return HttpReply.Error(400, $"Duplicate call_id found: {callId}.", param: $"input[{i}].call_id");
                }

                pending.Add(callId);
            }
            else if (type is "function_call_output" or "custom_tool_call_output")
            {
                var callId = items[i].GetProperty("call_id").GetString()!;
                if (!pending.Remove(callId))
                {
                    var kind = type == "function_call_output" ? "function" : "custom tool";
                    return HttpReply.Error(
                        400,
                        $"No tool call found for {kind} call output with call_id {callId}.",
                        param: "input"
                    );
                }
            }
            else if (type == "reasoning" && !IsFollowed(items, i))
            {
                var id = ConversationView.Text(items[i], "id") ?? $"input[{i}]";
                return HttpReply.Error(
                    400,
                    $"Item '{id}' of type 'reasoning' was provided without its required following item.",
                    param: "input"
                );
            }
        }

        foreach (var item in items)
        {
            if (ConversationView.Text(item, "call_id") is { } callId && pending.Contains(callId))
            {
                return HttpReply.Error(400, $"No tool output found for function call {callId}.", param: "input");
            }
        }

        return null;
    }

    private static bool IsFollowed(IReadOnlyList<JsonElement> items, int index)
    {
        if (index + 1 == items.Count)
        {
            return false;
        }

        var next = items[index + 1];
        return ConversationView.Type(next) switch
        {
            "message" => ConversationView.Text(next, "role") == "assistant",
            "function_call_output" or "custom_tool_call_output" or "tool_search_output" => false,
            _ => true,
        };
    }
}
