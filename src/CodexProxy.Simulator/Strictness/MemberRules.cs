using System.Text.Json;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules that hold for members of any object, with the service's words for breaking them.</summary>
internal static class MemberRules
{
    public const int LongestId = 64;

    /// <summary>Refuses the first member that is not in <paramref name="known"/>.</summary>
    public static HttpReply? Known(JsonElement element, string path, ReadOnlySpan<string> known)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                var param = $"{path}.{member.Name}";
                return HttpReply.Error(400, $"Unknown parameter: '{param}'.", "unknown_parameter", param);
            }
        }

        return null;
    }

    /// <summary>Demands an object.</summary>
    public static HttpReply? Object(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object ? null : WrongType(element, path, "an object");

    /// <summary>Demands a member that is a string.</summary>
    public static HttpReply? Text(JsonElement element, string path, string name) =>
        Present(element, path, name, out var value)
        ?? (value.ValueKind == JsonValueKind.String ? null : WrongType(value, $"{path}.{name}", "a string"));

    /// <summary>Demands a member that is one of <paramref name="allowed"/>.</summary>
    public static HttpReply? OneOf(
        JsonElement element,
        string path,
        string name,
        params ReadOnlySpan<string> allowed
    ) =>
        Text(element, path, name)
        ?? (allowed.Contains(Read(element, name)) ? null : WrongValue(element, path, name, allowed));

    /// <summary>As <see cref="OneOf"/>, but the member may be absent.</summary>
    public static HttpReply? OneOfIfPresent(
        JsonElement element,
        string path,
        string name,
        params ReadOnlySpan<string> allowed
    ) => element.TryGetProperty(name, out _) ? OneOf(element, path, name, allowed) : null;

    /// <summary>Demands a member that is a string of at most 64 characters.</summary>
    public static HttpReply? ShortText(JsonElement element, string path, string name) =>
        Text(element, path, name) ?? Length(Read(element, name)!, $"{path}.{name}");

    /// <summary>Demands a member, of any type.</summary>
    public static HttpReply? Present(JsonElement element, string path, string name, out JsonElement value)
    {
        if (element.TryGetProperty(name, out value))
        {
            return null;
        }

        var param = path.Length == 0 ? name : $"{path}.{name}";
        return HttpReply.Error(400, $"Missing required parameter: '{param}'.", "missing_required_parameter", param);
    }

    /// <summary>Refuses a string above the limit for ids and keys.</summary>
    public static HttpReply? Length(string value, string param) =>
        value.Length <= LongestId
            ? null
            : HttpReply.Error(
                400,
                $"Invalid '{param}': string too long. Expected a string with maximum length {LongestId}, but got a string with length {value.Length} instead.",
                "string_above_max_length",
                param
            );

    /// <summary>The words for a value of the wrong type.</summary>
    public static HttpReply WrongType(JsonElement value, string param, string expected) =>
        HttpReply.Error(
            400,
            $"Invalid type for '{param}': expected {expected}, but got {Kind(value)} instead.",
            "invalid_type",
            param
        );

    /// <summary>The words for a value outside a closed set.</summary>
    public static HttpReply WrongValue(JsonElement element, string path, string name, ReadOnlySpan<string> allowed)
    {
        var param = $"{path}.{name}";
        var supported = string.Join(", ", allowed.ToArray().Select(value => $"'{value}'"));
        return HttpReply.Error(
            400,
            $"Invalid value: '{Read(element, name)}'. Supported values are: {supported}.",
            "invalid_value",
            param
        );
    }

    public static string? Read(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Kind(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Number => "a number",
            JsonValueKind.String => "a string",
            JsonValueKind.Array => "an array",
            _ => "an object",
        };
}
