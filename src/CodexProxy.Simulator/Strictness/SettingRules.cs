using System.Text.Json;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about the members beside input and tools.</summary>
internal static class SettingRules
{
    // An allow-list, as the service has it: one unknown member and the whole request is refused.
    private static readonly string[] Known =
    [
        "model",
        "instructions",
        "input",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "store",
        "stream",
        "include",
        "prompt_cache_key",
        "text",
        "service_tier",
        "client_metadata",
    ];

    public static HttpReply? Members(JsonElement body)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!Known.Contains(member.Name))
            {
                return HttpReply.Detail(400, $"Unsupported parameter: {member.Name}");
            }
        }

        return null;
    }

    public static HttpReply? Fixed(CapturedRequest request, SimulatorOptions options)
    {
        var body = request.Body;
        var hasInstructions =
            body.TryGetProperty("instructions", out var instructions) && instructions.ValueKind == JsonValueKind.String;
        if (!hasInstructions && options.RequireInstructions && !HeaderRules.IsLite(request))
        {
            return HttpReply.Detail(400, "Instructions are required");
        }

        if (!body.TryGetProperty("store", out var store) || store.ValueKind != JsonValueKind.False)
        {
            return HttpReply.Detail(400, "Store must be set to false");
        }

        return body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True
            ? null
            : HttpReply.Detail(400, "Stream must be set to true");
    }

    public static HttpReply? Reasoning(JsonElement body, CatalogueModel model)
    {
        if (!body.TryGetProperty("reasoning", out var reasoning) || reasoning.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return MemberRules.Object(reasoning, "reasoning")
            ?? MemberRules.Known(reasoning, "reasoning", ["effort", "summary", "context"])
            ?? Effort(reasoning, model)
            ?? MemberRules.OneOfIfPresent(reasoning, "reasoning", "summary", "auto", "concise", "detailed")
            ?? MemberRules.OneOfIfPresent(reasoning, "reasoning", "context", "all_turns", "current_turn");
    }

    public static HttpReply? Include(JsonElement body, SimulatorOptions options)
    {
        var asked = new List<string>();
        if (body.TryGetProperty("include", out var include))
        {
            if (include.ValueKind != JsonValueKind.Array)
            {
                return MemberRules.WrongType(include, "include", "an array of strings");
            }

            foreach (var entry in include.EnumerateArray())
            {
                asked.Add(entry.ValueKind == JsonValueKind.String ? entry.GetString()! : "");
            }
        }

        string[] supported =
        [
            "reasoning.encrypted_content",
            "web_search_call.action.sources",
            "web_search_call.results",
            "message.input_image.image_url",
            "message.output_text.logprobs",
        ];
        if (asked.FindIndex(value => !supported.Contains(value)) is var wrong and >= 0)
        {
            return HttpReply.Error(
                400,
                $"Invalid value: '{asked[wrong]}'. Supported values are: {string.Join(", ", supported.Select(value => $"'{value}'"))}.",
                "invalid_value",
                $"include[{wrong}]"
            );
        }

        return !options.RequireInclude || asked.Contains(supported[0])
            ? null
            : HttpReply.Detail(400, $"Include must contain {supported[0]}");
    }

    public static HttpReply? CacheKeyAndTier(JsonElement body, CatalogueModel model)
    {
        if (body.TryGetProperty("prompt_cache_key", out var key))
        {
            if (key.ValueKind != JsonValueKind.String)
            {
                return MemberRules.WrongType(key, "prompt_cache_key", "a string");
            }

            if (MemberRules.Length(key.GetString()!, "prompt_cache_key") is { } tooLong)
            {
                return tooLong;
            }
        }

        if (body.TryGetProperty("service_tier", out var tier))
        {
            return model.HasPriorityTier && tier.ValueKind == JsonValueKind.String && tier.ValueEquals("priority")
                ? null
                : HttpReply.Detail(400, $"Unsupported service_tier: {tier}");
        }

        return null;
    }

    public static HttpReply? Flags(JsonElement body)
    {
        if (
            body.TryGetProperty("parallel_tool_calls", out var parallel)
            && parallel.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
        )
        {
            return MemberRules.WrongType(parallel, "parallel_tool_calls", "a boolean");
        }

        if (!body.TryGetProperty("client_metadata", out var metadata))
        {
            return null;
        }

        if (MemberRules.Object(metadata, "client_metadata") is { } refusal)
        {
            return refusal;
        }

        foreach (var member in metadata.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                return MemberRules.WrongType(member.Value, $"client_metadata.{member.Name}", "a string");
            }
        }

        return null;
    }

    public static HttpReply? Text(JsonElement body)
    {
        if (!body.TryGetProperty("text", out var text) || text.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var refusal =
            MemberRules.Object(text, "text")
            ?? MemberRules.Known(text, "text", ["verbosity", "format"])
            ?? MemberRules.OneOfIfPresent(text, "text", "verbosity", "low", "medium", "high");
        if (refusal is not null || !text.TryGetProperty("format", out var format))
        {
            return refusal;
        }

        return MemberRules.Object(format, "text.format")
            ?? MemberRules.OneOf(format, "text.format", "type", "text", "json_object", "json_schema")
            ?? format.GetProperty("type").GetString() switch
            {
                "json_object" => SpeaksOfJson(body),
                "json_schema" => JsonFormat(format),
                _ => null,
            };
    }

    // Instructions do not count.
    private static HttpReply? SpeaksOfJson(JsonElement body) =>
        body.TryGetProperty("input", out var input)
        && input.GetRawText().Contains("json", StringComparison.OrdinalIgnoreCase)
            ? null
            : HttpReply.Error(
                400,
                "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
                null,
                "input"
            );

    private static HttpReply? JsonFormat(JsonElement format)
    {
        var refusal =
            MemberRules.Known(format, "text.format", ["type", "name", "description", "schema", "strict"])
            ?? MemberRules.ShortText(format, "text.format", "name")
            ?? MemberRules.Present(format, "text.format", "schema", out _);
        if (refusal is not null)
        {
            return refusal;
        }

        var name = format.GetProperty("name").GetString()!;
        if (!ToolRules.LegalName().IsMatch(name))
        {
            return ToolRules.WrongName("text.format.name");
        }

        var strict = format.TryGetProperty("strict", out var value) && value.ValueKind == JsonValueKind.True;
        var fault =
            SchemaRules.Root(format.GetProperty("schema")) ?? SchemaRules.Deep(format.GetProperty("schema"), strict);
        return fault is null
            ? null
            : HttpReply.Error(
                400,
                $"Invalid schema for response_format '{name}': {fault}",
                "invalid_json_schema",
                "text.format.schema"
            );
    }

    private static HttpReply? Effort(JsonElement reasoning, CatalogueModel model)
    {
        if (!reasoning.TryGetProperty("effort", out var effort))
        {
            return null;
        }

        if (effort.ValueKind == JsonValueKind.String && model.WireEfforts.Contains(effort.GetString()))
        {
            return null;
        }

        var supported = string.Join(", ", model.WireEfforts.Select(value => $"'{value}'"));
        return HttpReply.Error(
            400,
            $"Unsupported value: '{effort}' is not supported with the '{model.Slug}' model. Supported values are: {supported}.",
            "unsupported_value",
            "reasoning.effort"
        );
    }
}
