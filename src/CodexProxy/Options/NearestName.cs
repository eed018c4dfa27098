namespace CodexProxy.Options;

/// <summary>Finds what somebody meant to type.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits, or whose last part is the same; null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        var best = (Name: (string?)null, Distance: Math.Max(2, name.Length / 3) + 1);
        foreach (var candidate in known)
        {
            var distance = Math.Min(Distance(name, candidate), LastPartDistance(name, candidate));
            if (distance < best.Distance)
            {
                best = (candidate, distance);
            }
        }

        return best.Name;
    }

    // "models.port" for "port", or "big" for "models.big": the right word in the wrong place.
    private static int LastPartDistance(string name, string candidate) =>
        1 + Distance(LastPart(name), LastPart(candidate));

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static int Distance(string one, string other)
    {
        var previous = new int[other.Length + 1];
        var current = new int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[other.Length];
    }
}
