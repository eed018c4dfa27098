using CodexProxy.Protocol.Models;

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
        known.MinBy(candidate => Math.Min(NameDistance.Between(name, candidate), 1 + LastPartDistance(name, candidate)))
        ?? throw new ArgumentException("There are no names.", nameof(known));

    private static int LastPartDistance(string name, string candidate)
    {
        var (typed, meant) = (LastPart(name), LastPart(candidate));
        return typed.Length > 2 && meant.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
            ? 0
            : NameDistance.Between(typed, meant);
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
