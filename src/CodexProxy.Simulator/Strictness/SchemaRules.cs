using System.Text.Json;
using System.Text.RegularExpressions;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about JSON schemas; each gives the fault in the service's words, or null.</summary>
internal static partial class SchemaRules
{
    private static readonly string[] ForbiddenAtTop = ["oneOf", "anyOf", "allOf", "enum", "not"];
    private static readonly string[] Unions = ["oneOf", "anyOf", "allOf"];
    private static readonly string[] ForbiddenWhenStrict = ["allOf", "oneOf", "not", "patternProperties", "default"];

    /// <summary>What holds for the top of a schema only.</summary>
    public static string? Root(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !IsType(schema, "object"))
        {
            var type =
                schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var value)
                    ? value.ToString()
                    : "None";
            return $"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{type}\"'.";
        }

        return ForbiddenAtTop.Any(name => schema.TryGetProperty(name, out _))
            ? "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
            : null;
    }

    /// <summary>What holds at every depth; <paramref name="strict"/> adds the rules of strict mode.</summary>
    public static string? Deep(JsonElement schema, bool strict) => Visit(schema, [], strict);

    private static string? Visit(JsonElement schema, IReadOnlyList<string> context, bool strict)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return At(context, "schema must be an object, got a boolean.");
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return At(context, $"{schema} is not of type 'object', 'boolean'.");
        }

        return Here(schema, context)
            ?? (strict ? WhenStrict(schema, context) : null)
            ?? Members(schema, "properties", context, strict)
            ?? Members(schema, "$defs", context, strict)
            ?? Members(schema, "definitions", context, strict)
            ?? Child(schema, "items", context, strict)
            ?? Branches(schema, context, strict);
    }

    private static string? Here(JsonElement schema, IReadOnlyList<string> context)
    {
        if (IsType(schema, "array") && !schema.TryGetProperty("items", out _))
        {
            return At(context, "array schema missing items.");
        }

        if (IsType(schema, "object") && !schema.TryGetProperty("properties", out _))
        {
            return At(context, "object schema missing properties.");
        }

        if (schema.TryGetProperty("required", out var required) && required.ValueKind != JsonValueKind.Array)
        {
            return At(context, "'required' is not of type 'array'.");
        }

        if (required.ValueKind == JsonValueKind.Array && !required.EnumerateArray().All(IsText))
        {
            return At(context, "an entry of 'required' is not of type 'string'.");
        }

        if (schema.TryGetProperty("type", out var type) && !IsText(type) && !IsListOfTexts(type))
        {
            return At(context, $"{type} is not valid under any of the given schemas.");
        }

        return
            schema.TryGetProperty("pattern", out var pattern)
            && pattern.ValueKind == JsonValueKind.String
            && LookAround().IsMatch(pattern.GetString()!)
            ? At(context, "regex lookaround is not supported in 'pattern'.")
            : null;
    }

    private static string? WhenStrict(JsonElement schema, IReadOnlyList<string> context)
    {
        if (ForbiddenWhenStrict.FirstOrDefault(name => schema.TryGetProperty(name, out _)) is { } forbidden)
        {
            return At(context, $"'{forbidden}' is not permitted.");
        }

        if (!IsType(schema, "object"))
        {
            return null;
        }

        if (!schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False)
        {
            return At(context, "'additionalProperties' is required to be supplied and to be false.");
        }

        var required = schema.TryGetProperty("required", out var list)
            ? list.EnumerateArray().Select(name => name.GetString()).ToHashSet()
            : [];
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (!required.Contains(property.Name))
            {
                return At(
                    context,
                    $"'required' is required to be supplied and to be an array including every key in properties. Missing '{property.Name}'."
                );
            }
        }

        return null;
    }

    private static string? Members(JsonElement schema, string name, IReadOnlyList<string> context, bool strict)
    {
        if (!schema.TryGetProperty(name, out var members))
        {
            return null;
        }

        if (members.ValueKind != JsonValueKind.Object)
        {
            return At(context, $"'{name}' is not of type 'object'.");
        }

        foreach (var member in members.EnumerateObject())
        {
            if (Visit(member.Value, [.. context, name, member.Name], strict) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? Child(JsonElement schema, string name, IReadOnlyList<string> context, bool strict) =>
        schema.TryGetProperty(name, out var child) ? Visit(child, [.. context, name], strict) : null;

    private static string? Branches(JsonElement schema, IReadOnlyList<string> context, bool strict)
    {
        foreach (var union in Unions)
        {
            if (!schema.TryGetProperty(union, out var branches))
            {
                continue;
            }

            if (branches.ValueKind != JsonValueKind.Array)
            {
                return At(context, $"'{union}' is not of type 'array'.");
            }

            var index = 0;
            foreach (var branch in branches.EnumerateArray())
            {
                if (Visit(branch, [.. context, union, $"{index++}"], strict) is { } fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private static bool IsType(JsonElement schema, string type) =>
        schema.TryGetProperty("type", out var value)
        && (
            value.ValueKind == JsonValueKind.String
                ? value.ValueEquals(type)
                : value.ValueKind == JsonValueKind.Array
                    && value
                        .EnumerateArray()
                        .Any(entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals(type))
        );

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static bool IsListOfTexts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsText);

    private static string At(IReadOnlyList<string> context, string fault) =>
        $"In context=({string.Join(", ", context.Select(name => $"'{name}'"))}), {fault}";

    [GeneratedRegex(@"\(\?(=|!|<=|<!)")]
    private static partial Regex LookAround();
}
