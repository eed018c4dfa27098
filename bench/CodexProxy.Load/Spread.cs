using System.Globalization;

namespace CodexProxy.Load;

/// <summary>Smallest, middle and largest of some values.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Min:F2} / {Median:F2} / {Max:F2}");
}
