using System.Text.Json;

namespace CodexProxy.Protocol.Json;

/// <summary>Lenient reading of JSON from a side that is not trusted to keep its types.</summary>
public static class JsonElementReading
{
    /// <summary>The member, unless it is missing, <c>null</c>, or this is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <summary>The member as text; null when it is anything else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The member as number, also when it is written as text; null when it is anything else.</summary>
    public static double? Number(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            { ValueKind: JsonValueKind.Number } number
                when number.TryGetDouble(out var value) && double.IsFinite(value) => value,
            { ValueKind: JsonValueKind.String } text
                when double.TryParse(
                    text.GetString(),
                    System.Globalization.NumberStyles.Float,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var value
                ) && double.IsFinite(value) => value,
            _ => null,
        };

    /// <summary>Whether the member is <c>true</c>.</summary>
    public static bool Flag(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.True };
}
