namespace CodexProxy.Protocol.Models;

/// <summary>How far a typed name is from a known one.</summary>
public static class NameDistance
{
    // Longer names are no slip of the hand, and the work grows with the product of both lengths.
    private const int Longest = 100;

    /// <summary>Letters to insert, remove or replace, case apart. Only the first 100 letters count.</summary>
    public static int Between(string one, string other)
    {
        var (rows, columns) = (Math.Min(one.Length, Longest), Math.Min(other.Length, Longest));
        var previous = new int[columns + 1];
        var current = new int[columns + 1];
        for (var j = 0; j <= columns; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= rows; i++)
        {
            current[0] = i;
            for (var j = 1; j <= columns; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[columns];
    }
}
