using System.Globalization;

namespace CodexProxy.Terminals;

/// <summary>Counts and durations for people, short enough for a column.</summary>
internal static class AmountText
{
    /// <summary><c>812</c>, <c>12.3 k</c>, <c>4.1 M</c>.</summary>
    public static string Of(long count) =>
        count < 1000 ? count.ToString(CultureInfo.InvariantCulture)
        : count < 999_950 ? Scaled(count / 1e3, "k")
        : count < 999_950_000 ? Scaled(count / 1e6, "M")
        : Scaled(count / 1e9, "G");

    /// <summary><c>340 ms</c>, <c>2.4 s</c>, <c>72 s</c>, <c>5 min</c>.</summary>
    public static string Milliseconds(long? milliseconds) =>
        milliseconds switch
        {
            null => "-",
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms"),
            < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.0} s"),
            < 120_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000} min"),
        };

    /// <summary>A share from 0 to 1 in whole percent, rounded down: what is not all must not look like all.</summary>
    public static string Share(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(known * 100):0} %") : "-";

    private static string Scaled(double count, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:0.0} {unit}");
}
