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

    private const string Event = "event ";
    private const int LongestPath = 160;
    private const int LongestWord = 48;

    // From here on a word with digits in it could be a key; names of fields and events are not of that kind.
    private const int LongestMixedWord = 24;

    private static readonly SearchValues<char> Legal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    private static readonly SearchValues<char> Borders = SearchValues.Create(".[]()");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>The path; what somebody else wrote is hidden as a whole when any of its words is no name.</summary>
    public static string Clean(string path)
    {
        var start = path.StartsWith(Event, StringComparison.Ordinal) ? Event.Length : 0;
        for (var at = start; at < path.Length; )
        {
            var rest = path.AsSpan(at);
            var end = rest.IndexOfAny(Borders);
            if (!IsName(end < 0 ? rest : rest[..end]))
            {
                return Hide(path, start, at);
            }

            at = end < 0 ? path.Length : at + end + 1;
        }

        return path.Length <= LongestPath ? path : Hide(path, start, start);
    }

    // What stands in brackets, or after the last pair of them, came from outside.
    private static string Hide(string path, int start, int wrong)
    {
        var before = path.AsSpan(0, wrong);
        var open = before.LastIndexOfAny('[', '(');
        var from = open < 0 ? start : open + 1;
        if (before[from..].StartsWith("]."))
        {
            from += 2;
        }

        var opened = from > start ? path[from - 1] : ' ';
        return string.Concat(
            path.AsSpan(0, from),
            Hidden,
            opened switch
            {
                '[' => "]",
                '(' => ")",
                _ => "",
            }
        );
    }

    // Dates and versions stand in type names: web_search_20250305. A key has its digits all over.
    private static bool IsName(ReadOnlySpan<char> word) =>
        word.Length <= LongestWord
        && !word.ContainsAnyExcept(Legal)
        && (word.Length <= LongestMixedWord || !word.TrimEnd("0123456789").ContainsAny(Digits));
}
