using System.Globalization;

namespace CodexProxy.Load;

/// <summary>What a process holds at a moment.</summary>
/// <param name="Memory">Resident memory in bytes.</param>
/// <param name="Handles">Open handles.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct Holding(long Memory, int Handles, int Threads)
{
    /// <summary>Reads it from the system.</summary>
    public static Holding Of(int process)
    {
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new Holding(
            Number(status, "VmRSS:") * 1024,
            Directory.GetFiles($"/proc/{process}/fd").Length,
            (int)Number(status, "Threads:")
        );
    }

    /// <summary>The median of each.</summary>
    public static Holding Median(IReadOnlyList<Holding> all) =>
        new(
            Middle(all.Select(one => one.Memory)),
            (int)Middle(all.Select(one => (long)one.Handles)),
            (int)Middle(all.Select(one => (long)one.Threads))
        );

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Memory / 1e6:F0} MB, {Handles} handles, {Threads} threads");

    private static long Middle(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static long Number(string[] status, string name) =>
        long.Parse(
            status
                .First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0],
            CultureInfo.InvariantCulture
        );
}
