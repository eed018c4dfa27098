using System.Text.Json;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about each input item by itself.</summary>
internal static class ItemRules
{
    private const string Bookkeeping = "internal_chat_message_metadata_passthrough";

    // Types that only the vendor's own client sends are taken as they come.
    private static readonly string[] Types =
    [
        "message",
        "reasoning",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "web_search_call",
        "additional_tools",
        "compaction",
        "context_compaction",
        "compaction_trigger",
        "local_shell_call",
        "tool_search_call",
        "tool_search_output",
        "image_generation_call",
        "agent_message",
        "configuration_update",
    ];

    public static HttpReply? All(JsonElement body, bool lite)
    {
        if (!body.TryGetProperty("input", out var input) || input.ValueKind != JsonValueKind.Array)
        {
            return HttpReply.Detail(400, "Input must be a list");
        }

        if (input.GetArrayLength() == 0)
        {
            return HttpReply.Error(400, "Invalid 'input': empty array.", "empty_array", "input");
        }

        var index = 0;
        foreach (var item in input.EnumerateArray())
        {
            if (One(item, $"input[{index}]", lite) is { } refusal)
            {
                return refusal;
            }

            index++;
        }

        return null;
    }

    private static HttpReply? One(JsonElement item, string path, bool lite)
    {
        var refusal = MemberRules.Object(item, path) ?? MemberRules.OneOf(item, path, "type", Types) ?? Id(item, path);
        if (refusal is not null)
        {
            return refusal;
        }

        return item.GetProperty("type").GetString() switch
        {
            "message" => Message(item, path),
            "reasoning" => Reasoning(item, path),
            "function_call" => FunctionCall(item, path),
            "function_call_output" => Output(item, path),
            "custom_tool_call" => CustomCall(item, path),
            "custom_tool_call_output" => Output(item, path),
            "web_search_call" => Search(item, path),
            "additional_tools" => AdditionalTools(item, path, lite),
            "compaction" or "context_compaction" => MemberRules.Text(item, path, "encrypted_content"),
            _ => null,
        };
    }

    private static HttpReply? Id(JsonElement item, string path)
    {
        if (!item.TryGetProperty("id", out _))
        {
            return null;
        }

        if (MemberRules.ShortText(item, path, "id") is { } refusal)
        {
            return refusal;
        }

        var prefix = item.GetProperty("type").GetString() switch
        {
            "message" => "msg",
            "reasoning" => "rs",
            "function_call" or "function_call_output" => "fc",
            "custom_tool_call" or "custom_tool_call_output" => "ctc",
            "web_search_call" => "ws",
            "additional_tools" => "at",
            _ => "",
        };
        var id = item.GetProperty("id").GetString()!;
        return id.StartsWith(prefix, StringComparison.Ordinal)
            ? null
            : HttpReply.Error(
                400,
                $"Invalid '{path}.id': '{id}'. Expected an ID that begins with '{prefix}'.",
                "invalid_value",
                $"{path}.id"
            );
    }

    private static HttpReply? Message(JsonElement item, string path)
    {
        var refusal =
            MemberRules.Known(item, path, ["type", "id", "role", "content", "phase", "status", Bookkeeping])
            ?? MemberRules.Text(item, path, "role");
        if (refusal is not null)
        {
            return refusal;
        }

        var role = item.GetProperty("role").GetString();
        if (role == "system")
        {
            return HttpReply.Detail(400, "System messages are not allowed");
        }

        return MemberRules.OneOf(item, path, "role", "user", "developer", "assistant")
            ?? MemberRules.OneOfIfPresent(item, path, "phase", "commentary", "partial_answer", "final_answer")
            ?? MemberRules.Present(item, path, "content", out _)
            ?? PartRules.Content(item.GetProperty("content"), $"{path}.content", role == "assistant");
    }

    private static HttpReply? Reasoning(JsonElement item, string path)
    {
        var refusal =
            MemberRules.Known(
                item,
                path,
                ["type", "id", "summary", "content", "encrypted_content", "status", Bookkeeping]
            )
            ?? MemberRules.Present(item, path, "summary", out _)
            ?? MemberRules.Text(item, path, "encrypted_content");
        if (refusal is not null)
        {
            return refusal;
        }

        var summary = item.GetProperty("summary");
        if (summary.ValueKind != JsonValueKind.Array)
        {
            return MemberRules.WrongType(summary, $"{path}.summary", "an array of objects");
        }

        var index = 0;
        foreach (var part in summary.EnumerateArray())
        {
            var where = $"{path}.summary[{index++}]";
            refusal =
                MemberRules.Object(part, where)
                ?? MemberRules.OneOf(part, where, "type", "summary_text")
                ?? MemberRules.Text(part, where, "text");
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static HttpReply? FunctionCall(JsonElement item, string path) =>
        MemberRules.Known(
            item,
            path,
            [
                "type",
                "id",
                "call_id",
                "name",
                "namespace",
                "arguments",
                "status",
                "encrypted_function_args",
                Bookkeeping,
            ]
        )
        ?? MemberRules.ShortText(item, path, "call_id")
        ?? MemberRules.ShortText(item, path, "name")
        ?? ToolRules.Name(item, path)
        ?? MemberRules.Text(item, path, "arguments")
        ?? MemberRules.OneOfIfPresent(item, path, "status", "in_progress", "completed", "incomplete");

    private static HttpReply? CustomCall(JsonElement item, string path) =>
        MemberRules.Known(item, path, ["type", "id", "call_id", "name", "namespace", "input", "status", Bookkeeping])
        ?? MemberRules.ShortText(item, path, "call_id")
        ?? MemberRules.ShortText(item, path, "name")
        ?? MemberRules.Text(item, path, "input");

    private static HttpReply? Output(JsonElement item, string path) =>
        MemberRules.Known(item, path, ["type", "id", "call_id", "output", "status", Bookkeeping])
        ?? MemberRules.ShortText(item, path, "call_id")
        ?? MemberRules.Present(item, path, "output", out _)
        ?? PartRules.Output(item.GetProperty("output"), $"{path}.output");

    private static HttpReply? Search(JsonElement item, string path)
    {
        var refusal =
            MemberRules.Known(item, path, ["type", "id", "status", "action", Bookkeeping])
            ?? MemberRules.Present(item, path, "action", out _);
        if (refusal is not null)
        {
            return refusal;
        }

        var action = item.GetProperty("action");
        var where = $"{path}.action";
        return MemberRules.Object(action, where)
            ?? MemberRules.OneOf(action, where, "type", "search", "open_page", "find_in_page")
            ?? MemberRules.Known(action, where, ["type", "query", "queries", "url", "pattern", "sources"])
            ?? MemberRules.Text(action, where, action.GetProperty("type").ValueEquals("search") ? "query" : "url");
    }

    private static HttpReply? AdditionalTools(JsonElement item, string path, bool lite)
    {
        if (!lite)
        {
            // Seen only together with the lite header; without it the type is taken for a mistake.
            return MemberRules.WrongValue(item, path, "type", Types.AsSpan(0, 7));
        }

        return MemberRules.OneOf(item, path, "role", "developer")
            ?? MemberRules.Present(item, path, "tools", out _)
            ?? ToolRules.All(item.GetProperty("tools"), $"{path}.tools");
    }
}
