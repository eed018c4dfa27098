using System.Globalization;

namespace CodexProxy.Usage;

/// <summary>Sums as a store gives them: by a name, or by a short stretch of time.</summary>
/// <param name="Name">The name; null for requests that have none, and for times.</param>
/// <param name="Stretch">Number of the stretch of <see cref="UsageFold.Stretch"/>, from 1970 in UTC; 0 for names.</param>
/// <param name="Split">By what it is split.</param>
/// <param name="Label">Beside the name.</param>
/// <param name="Sums">The sums.</param>
internal sealed record UsagePart(string? Name, long Stretch, string? Split, string? Label, UsageSums Sums);

/// <summary>
/// Puts the parts of a table together. Stores sum times up by stretches that every zone's hours and days are made of, so that
/// none needs to know time zones.
/// </summary>
internal static class UsageFold
{
    /// <summary>Length of a stretch of time; null where names are summed up.</summary>
    public static TimeSpan? Stretch(UsageKey by) =>
        by switch
        {
            UsageKey.Minute => TimeSpan.FromMinutes(1),
            // Zones differ from UTC by whole quarters of an hour.
            UsageKey.Hour or UsageKey.Day => TimeSpan.FromMinutes(15),
            _ => null,
        };

    /// <summary>The table.</summary>
    public static UsageTable Table(UsageQuery query, IEnumerable<UsagePart> parts)
    {
        var stretch = Stretch(query.By);
        var names = new Dictionary<long, string>();
        var rows = stretch is { } length
            ? parts
                .GroupBy(part => (Key: Named(part.Stretch, length), part.Split))
                .Select(group => new UsageRow(
                    group.Key.Key,
                    group.Key.Split,
                    null,
                    group.Aggregate(UsageSums.None, (sum, part) => sum + part.Sums)
                ))
                .OrderBy(row => row.Key, StringComparer.Ordinal)
                .ThenBy(row => row.Split, StringComparer.Ordinal)
            : parts
                .Select(part => new UsageRow(part.Name, part.Split, part.Label, part.Sums))
                .OrderByDescending(row => row.Sums.Tokens.Input + row.Sums.Tokens.Output)
                .ThenByDescending(row => row.Sums.Requests)
                .ThenBy(row => row.Key, StringComparer.Ordinal)
                .ThenBy(row => row.Split, StringComparer.Ordinal);
        UsageRow[] all = [.. rows];
        return new UsageTable(all, all.Aggregate(UsageSums.None, (sum, row) => sum + row.Sums));

        string Named(long number, TimeSpan length)
        {
            if (!names.TryGetValue(number, out var name))
            {
                names[number] = name = Local(query, length * number);
            }

            return name;
        }
    }

    private static string Local(UsageQuery query, TimeSpan since1970)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch + since1970, query.Zone);
        var format = query.By switch
        {
            UsageKey.Minute => "yyyy-MM-dd'T'HH:mm",
            UsageKey.Hour => "yyyy-MM-dd'T'HH':00'",
            _ => "yyyy-MM-dd",
        };
        return local.ToString(format, CultureInfo.InvariantCulture);
    }
}
