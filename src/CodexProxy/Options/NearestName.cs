namespace CodexProxy.Options;

/// <summary>Finds what somebody meant to type.</summary>
internal static class NearestName
{
    /// <summary>
    /// The known name with the fewest edits; half a word, or the right word in the wrong place, is one edit.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">At least one name.</param>
    public static string Find(string name, IEnumerable<string> known) =>
        known.MinBy(candidate => Math.Min(Distance(name, candidate), 1 + LastPartDistance(name, candidate)))
        ?? throw new ArgumentException("There are no names.", nameof(known));

    private static int LastPartDistance(string name, string candidate)
    {
        var (typed, meant) = (LastPart(name), LastPart(candidate));
        return typed.Length > 2 && meant.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
            ? 0
            : Distance(typed, meant);
    }

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
