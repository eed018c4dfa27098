using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about tools and the choice among them.</summary>
internal static partial class ToolRules
{
    private static readonly string[] Types =
    [
        "function",
        "custom",
        "web_search",
        "namespace",
        "tool_search",
        "image_generation",
        "local_shell",
    ];

    public static HttpReply? OfBody(JsonElement body) =>
        !body.TryGetProperty("tools", out var tools) ? null : All(tools, "tools");

    public static HttpReply? All(JsonElement tools, string path)
    {
        if (tools.ValueKind != JsonValueKind.Array)
        {
            return MemberRules.WrongType(tools, path, "an array of objects");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            var where = $"{path}[{index++}]";
            var refusal =
                MemberRules.Object(tool, where) ?? MemberRules.OneOf(tool, where, "type", Types) ?? One(tool, where);
            if (refusal is not null)
            {
                return refusal;
            }

            if (ConversationView.Text(tool, "name") is { } name && !names.Add(name))
            {
                return HttpReply.Error(400, $"Duplicate tool name: '{name}'.", "invalid_value", $"{where}.name");
            }
        }

        return null;
    }

    public static HttpReply? Choice(ConversationView conversation)
    {
        if (!conversation.Body.TryGetProperty("tool_choice", out var choice))
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() switch
            {
                "auto" or "none" => null,
                "required" when conversation.Tools.Count > 0 => null,
                "required" => HttpReply.Error(
                    400,
                    "Tool choice 'required' must be specified with 'tools' parameter.",
                    param: "tool_choice"
                ),
                var other => HttpReply.Error(
                    400,
                    $"Invalid value: '{other}'. Supported values are: 'none', 'auto', and 'required'.",
                    "invalid_value",
                    "tool_choice"
                ),
            };
        }

        if (MemberRules.Object(choice, "tool_choice") is { } refusal)
        {
            return refusal;
        }

        var type = ConversationView.Text(choice, "type") ?? "";
        var isOffered = type is "function" or "custom"
            ? conversation.FindTool(ConversationView.Text(choice, "name") ?? "") is not null
            : conversation.OffersHosted(type);
        return isOffered
            ? null
            : HttpReply.Error(400, $"Tool choice '{type}' not found in 'tools' parameter.", param: "tool_choice");
    }

    public static HttpReply? Name(JsonElement element, string path) =>
        LegalName().IsMatch(element.GetProperty("name").GetString()!) ? null : WrongName($"{path}.name");

    public static HttpReply WrongName(string param) =>
        HttpReply.Error(
            400,
            $"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            "invalid_value",
            param
        );

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]+\z")]
    public static partial Regex LegalName();

    private static HttpReply? One(JsonElement tool, string path) =>
        tool.GetProperty("type").GetString() switch
        {
            "function" => Function(tool, path),
            "custom" => MemberRules.Known(tool, path, ["type", "name", "description", "format"]) ?? Named(tool, path),
            "namespace" => MemberRules.Known(tool, path, ["type", "name", "description", "tools"])
                ?? Named(tool, path)
                ?? MemberRules.Present(tool, path, "tools", out _)
                ?? All(tool.GetProperty("tools"), $"{path}.tools"),
            "web_search" => MemberRules.Known(
                tool,
                path,
                [
                    "type",
                    "external_web_access",
                    "search_content_types",
                    "filters",
                    "user_location",
                    "search_context_size",
                ]
            ) ?? Filters(tool, path),
            _ => null,
        };

    private static HttpReply? Named(JsonElement tool, string path) =>
        MemberRules.ShortText(tool, path, "name") ?? Name(tool, path);

    private static HttpReply? Filters(JsonElement tool, string path) =>
        tool.TryGetProperty("filters", out var filters)
            ? MemberRules.Object(filters, $"{path}.filters")
                ?? MemberRules.Known(filters, $"{path}.filters", ["allowed_domains"])
            : null;

    private static HttpReply? Function(JsonElement tool, string path)
    {
        var refusal =
            MemberRules.Known(tool, path, ["type", "name", "description", "strict", "parameters", "defer_loading"])
            ?? Named(tool, path)
            ?? MemberRules.Present(tool, path, "parameters", out _);
        if (refusal is not null)
        {
            return refusal;
        }

        var parameters = tool.GetProperty("parameters");
        var strict = tool.TryGetProperty("strict", out var value) && value.ValueKind == JsonValueKind.True;
        var fault = SchemaRules.Root(parameters) ?? SchemaRules.Deep(parameters, strict);
        return fault is null
            ? null
            : HttpReply.Error(
                400,
                $"Invalid schema for function '{tool.GetProperty("name").GetString()}': {fault}",
                "invalid_function_parameters",
                $"{path}.parameters"
            );
    }
}
