using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CodexProxy.Options;

/// <summary>What values a setting takes, for error messages, documentation and the published schema.</summary>
/// <param name="Expected">Noun phrase for people, such as <c>a whole number from 0 to 65535</c>.</param>
/// <param name="JsonType">JSON Schema type of the member.</param>
public sealed record ValueShape(string Expected, string JsonType)
{
    /// <summary>The only values, when they are few.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>JSON Schema type of what a list or an object holds. Default <c>string</c>.</summary>
    public string ItemType { get; init; } = "string";

    /// <summary>Smallest number.</summary>
    public long? Minimum { get; init; }

    /// <summary>Largest number.</summary>
    public long? Maximum { get; init; }
}

/// <summary>How a kind of value is read from text and from JSON.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public abstract class SettingKind<T>
{
    /// <summary>What values it takes.</summary>
    public abstract ValueShape Shape { get; }

    /// <summary>Reads a flag or a variable, already trimmed.</summary>
    public abstract bool TryRead(string text, [NotNullWhen(true)] out T? value);

    /// <summary>A value as people write it in a variable.</summary>
    public virtual string Write(T value) =>
        value switch
        {
            bool on => on ? "true" : "false",
            Uri url => url.AbsoluteUri.TrimEnd('/'),
            TimeSpan span => span.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            IReadOnlyDictionary<string, string> pairs => string.Join(
                ", ",
                pairs.Select(pair => $"{pair.Key}={pair.Value}")
            ),
            IEnumerable<string> texts => string.Join(", ", texts),
            IEnumerable<int> numbers => string.Join(", ", numbers),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    /// <summary>Reads a member of the file. Strings have the same form as in the environment.</summary>
    public virtual bool TryRead(JsonElement json, [NotNullWhen(true)] out T? value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.String && TryRead(json.GetString()!.Trim(), out value);
    }
}
