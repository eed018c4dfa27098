using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CodexProxy.Options;

/// <summary>A whole number in a range.</summary>
internal sealed class WholeNumberKind(int minimum, int maximum, string unit = "") : SettingKind<int>
{
    public override ValueShape Shape { get; } =
        new($"a whole number{(unit.Length > 0 ? " of " + unit : "")} from {minimum} to {maximum}", "integer")
        {
            Minimum = minimum,
            Maximum = maximum,
        };

    public override bool TryRead(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
        && value >= minimum
        && value <= maximum;

    public override bool TryRead(JsonElement json, out int value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number
            && json.TryGetInt32(out value)
            && value >= minimum
            && value <= maximum;
    }
}

/// <summary>A time in whole seconds.</summary>
internal sealed class SecondsKind(int minimum, int maximum) : SettingKind<TimeSpan>
{
    private readonly WholeNumberKind _number = new(minimum, maximum, "seconds");

    public override ValueShape Shape => _number.Shape;

    public override bool TryRead(string text, out TimeSpan value)
    {
        var read = _number.TryRead(text, out int seconds);
        value = TimeSpan.FromSeconds(seconds);
        return read;
    }

    public override bool TryRead(JsonElement json, out TimeSpan value)
    {
        var read = _number.TryRead(json, out int seconds);
        value = TimeSpan.FromSeconds(seconds);
        return read;
    }
}

/// <summary>A size in bytes, written as a number with an optional <c>b</c>, <c>kb</c> or <c>mb</c> (of 1024).</summary>
internal sealed class SizeKind(int minimum, int maximum) : SettingKind<int>
{
    public override ValueShape Shape { get; } =
        new($"a size such as 20mb, from {Text(minimum)} to {Text(maximum)}", "string");

    public override bool TryRead(string text, out int value)
    {
        value = 0;
        var lower = text.ToLowerInvariant();
        var (digits, factor) =
            lower.EndsWith("mb", StringComparison.Ordinal) ? (lower[..^2], 1024 * 1024L)
            : lower.EndsWith("kb", StringComparison.Ordinal) ? (lower[..^2], 1024L)
            : lower.EndsWith('b') ? (lower[..^1], 1L)
            : (lower, 1L);
        if (!int.TryParse(digits.TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var bytes = number * factor;
        value = (int)Math.Min(bytes, int.MaxValue);
        return bytes >= minimum && bytes <= maximum;
    }

    public override string Write(int value) =>
        value % (1024 * 1024) == 0 ? $"{value / 1024 / 1024}mb"
        : value % 1024 == 0 ? $"{value / 1024}kb"
        : $"{value}b";

    private static string Text(int bytes) => bytes >= 1024 * 1024 ? $"{bytes / 1024 / 1024}mb" : $"{bytes / 1024}kb";
}

/// <summary>On or off.</summary>
internal sealed class SwitchKind : SettingKind<bool>
{
    public override ValueShape Shape { get; } = new("on (1, true, yes, on) or off (0, false, no, off)", "boolean");

    public override bool TryRead(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "1" or "true" or "yes" or "on";
        return value || text.ToLowerInvariant() is "0" or "false" or "no" or "off";
    }

    public override bool TryRead(JsonElement json, out bool value)
    {
        value = json.ValueKind == JsonValueKind.True;
        return json.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }
}

/// <summary>One of a few words, compared without case.</summary>
internal sealed class ChoiceKind<T>(params (string Word, T Value)[] choices) : SettingKind<T>
    where T : notnull
{
    public override ValueShape Shape { get; } =
        new("one of " + string.Join(", ", choices.Select(choice => choice.Word)), "string")
        {
            Choices = [.. choices.Select(choice => choice.Word)],
        };

    public override bool TryRead(string text, [NotNullWhen(true)] out T? value)
    {
        foreach (var choice in choices)
        {
            if (choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = choice.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public override string Write(T value) =>
        Array.Find(choices, choice => choice.Value.Equals(value)).Word ?? value.ToString() ?? "";
}

/// <summary>Makes choices of words that stand for themselves.</summary>
internal static class ChoiceKind
{
    public static ChoiceKind<string> Of(params string[] words) => new([.. words.Select(word => (word, word))]);
}
