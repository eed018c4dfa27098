using System.Buffers;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Makes field paths fit to be shown. Most are written here; some end in a word of the client or of the upstream, and such a
/// word may be anything.
/// </summary>
public static class LossPath
{
    /// <summary>Stands for a word that is not shown.</summary>
    public const string Hidden = "(other)";

    private const int LongestWord = 48;

    // From here on a word with digits in it could be a key; names of fields and events are not of that kind.
    private const int LongestMixedWord = 24;

    private static readonly SearchValues<char> Legal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    private static readonly SearchValues<char> Borders = SearchValues.Create(".[] ");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>The path, with words hidden that are no names.</summary>
    public static string Clean(string path)
    {
        var rest = path.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny(Borders);
            if (!IsName(end < 0 ? rest : rest[..end]))
            {
                return Rebuild(path);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return path;
    }

    private static string Rebuild(string path)
    {
        var clean = new System.Text.StringBuilder(path.Length);
        var rest = path.AsSpan();
        var words = 0;
        while (!rest.IsEmpty && words++ < 12)
        {
            var end = rest.IndexOfAny(Borders);
            var word = end < 0 ? rest : rest[..end];
            clean.Append(IsName(word) ? word : Hidden);
            if (end >= 0)
            {
                clean.Append(rest[end]);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return clean.ToString();
    }

    // Dates and versions stand in type names: web_search_20250305. A key has its digits all over.
    private static bool IsName(ReadOnlySpan<char> word) =>
        word.Length <= LongestWord
        && !word.ContainsAnyExcept(Legal)
        && (word.Length <= LongestMixedWord || !word.TrimEnd("0123456789").ContainsAny(Digits));
}
