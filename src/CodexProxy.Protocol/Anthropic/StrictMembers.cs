using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>
/// Members whose wrong type is an error that names them, in the words of the Messages API. Missing and <c>null</c> are the same.
/// </summary>
internal static class StrictMembers
{
    /// <summary>This value, which must be an object without repeated members.</summary>
    public static JsonElement AsObject(this JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "Input should be an object");
        }

        return RepeatedMembers.In(value) is { } name ? throw Wrong(At(path, name), "Field given twice") : value;
    }

    /// <summary>The member as an object; null when it is missing.</summary>
    public static JsonElement? ObjectAt(this JsonElement owner, string name, string path) =>
        owner.Member(name)?.AsObject(At(path, name));

    /// <summary>The member as an array; null when it is missing.</summary>
    public static JsonElement? ArrayAt(this JsonElement owner, string name, string path) =>
        owner.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } array => array,
            _ => throw Wrong(At(path, name), "Input should be a valid array"),
        };

    /// <summary>Demands that the member is an array of texts, if it is there.</summary>
    public static void CheckTexts(this JsonElement owner, string name, string path)
    {
        if (owner.ArrayAt(name, path) is { } array)
        {
            foreach (var (index, entry) in array.EnumerateArray().Index())
            {
                if (entry.ValueKind != JsonValueKind.String)
                {
                    throw Wrong($"{At(path, name)}.{index}", "Input should be a valid string");
                }
            }
        }
    }

    /// <summary>The member as text; null when it is missing.</summary>
    public static string? TextAt(this JsonElement owner, string name, string path) =>
        owner.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            _ => throw Wrong(At(path, name), "Input should be a valid string"),
        };

    /// <summary>The member as text, which must be there.</summary>
    public static string NeedText(this JsonElement owner, string name, string path) =>
        owner.TextAt(name, path) ?? throw Wrong(At(path, name), "Field required");

    /// <summary>The member as text, which must be there and not be empty.</summary>
    public static string NeedName(this JsonElement owner, string name, string path) =>
        owner.NeedText(name, path) is { Length: > 0 } text
            ? text
            : throw Wrong(At(path, name), "String should have at least 1 character");

    /// <summary>Whether the member is <c>true</c>; missing means no.</summary>
    public static bool FlagAt(this JsonElement owner, string name, string path) =>
        owner.Member(name) switch
        {
            null or { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.True } => true,
            _ => throw Wrong(At(path, name), "Input should be a valid boolean"),
        };

    /// <summary>The member as a whole number from 0 on; null when it is missing.</summary>
    public static int? WholeAt(this JsonElement owner, string name, string path)
    {
        if (owner.Member(name) is not { } value)
        {
            return null;
        }

        return
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && number is >= 0 and <= int.MaxValue
            && number == Math.Floor(number)
            ? (int)number
            : throw Wrong(At(path, name), "Input should be a valid integer greater than or equal to 0");
    }

    /// <summary>A complaint.</summary>
    public static RequestRejectedException Wrong(string path, string problem) =>
        new(ClientError.Invalid($"{path}: {problem}"));

    private static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
