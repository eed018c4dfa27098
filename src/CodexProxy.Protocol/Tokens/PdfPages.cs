using System.Text;
using System.Text.RegularExpressions;

namespace CodexProxy.Protocol.Tokens;

/// <summary>How many pages a PDF has, as far as its page tree can be read without unpacking it.</summary>
public static partial class PdfPages
{
    /// <summary>The number of pages; null when the tree is packed or encrypted.</summary>
    /// <param name="dataUrl">The file as data URL.</param>
    public static int? Count(string dataUrl)
    {
        var comma = dataUrl.IndexOf(',', StringComparison.Ordinal);
        var base64 = dataUrl.AsSpan(comma + 1);
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(base64, bytes, out var length))
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(bytes, 0, length);
        var pages = Page().Count(text);
        if (pages > 0)
        {
            return pages;
        }

        var counts = Total().Matches(text);
        return counts.Count == 0 ? null : counts.Max(match => int.Parse(match.Groups[1].ValueSpan, null));
    }

    [GeneratedRegex(@"/Type\s*/Page(?![a-zA-Z])")]
    private static partial Regex Page();

    [GeneratedRegex(@"/Count\s+(\d{1,6})")]
    private static partial Regex Total();
}
