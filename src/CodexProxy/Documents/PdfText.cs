using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace CodexProxy.Documents;

/// <summary>
/// The text of a PDF, stream by stream, for a backend that takes no files. It reads plain and deflated content streams with
/// literal strings; fonts with glyph codes of their own stay unreadable, and their pages are reported as having no text.
/// </summary>
internal static partial class PdfText
{
    private const int MaxInflated = 32 * 1024 * 1024;

    /// <summary>Texts of the pages in file order; null when the file cannot be read at all.</summary>
    /// <param name="dataUrl">The file as data URL.</param>
    public static IReadOnlyList<string>? ReadPages(string dataUrl)
    {
        byte[] file;
        try
        {
            file = Convert.FromBase64String(dataUrl[(dataUrl.IndexOf(',', StringComparison.Ordinal) + 1)..]);
        }
        catch (FormatException)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(file);
        if (!text.StartsWith("%PDF-", StringComparison.Ordinal) || text.Contains("/Encrypt", StringComparison.Ordinal))
        {
            return null;
        }

        var pages = new List<string>();
        foreach (Match match in Streams().Matches(text))
        {
            var content = match.Groups["data"];
            var data = match.Groups["dict"].Value.Contains("FlateDecode", StringComparison.Ordinal)
                ? Inflate(file.AsMemory(content.Index, content.Length))
                : content.Value;
            if (data is not null && TextBlock().IsMatch(data))
            {
                pages.Add(TextOf(data));
            }
        }

        return pages.Count == 0 ? null : pages;
    }

    private static string? Inflate(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var source = new MemoryStream(data.ToArray());
            using var inflated = new ZLibStream(source, CompressionMode.Decompress);
            using var target = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = inflated.Read(buffer)) > 0 && target.Length < MaxInflated)
            {
                target.Write(buffer, 0, count);
            }

            return Encoding.Latin1.GetString(target.ToArray());
        }
        catch (InvalidDataException)
        {
            // Not deflated after all, or cut: this stream has no text for us.
            return null;
        }
    }

    private static string TextOf(string content)
    {
        var text = new StringBuilder();
        foreach (Match token in Tokens().Matches(content))
        {
            if (token.Groups["literal"] is { Success: true } literal)
            {
                AppendLiteral(text, literal.ValueSpan);
            }
            else if (token.Groups["gap"] is { Success: true } gap)
            {
                // A large step back between two strings of one line is how a blank is set.
                var isBlank = double.TryParse(gap.ValueSpan, CultureInfo.InvariantCulture, out var step) && step < -200;
                text.Append(isBlank ? " " : "");
            }
            else if (text.Length > 0 && text[^1] != '\n')
            {
                text.Append('\n');
            }
        }

        return text.ToString().Trim();
    }

    private static void AppendLiteral(StringBuilder text, ReadOnlySpan<char> literal)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] != '\\' || i + 1 == literal.Length)
            {
                text.Append(literal[i]);
                continue;
            }

            i++;
            switch (literal[i])
            {
                case 'n':
                    text.Append('\n');
                    break;
                case 'r' or 't' or 'b' or 'f':
                    text.Append(' ');
                    break;
                case >= '0' and <= '7':
                    var code = 0;
                    var end = Math.Min(i + 3, literal.Length);
                    while (i < end && literal[i] is >= '0' and <= '7')
                    {
                        code = (code * 8) + (literal[i++] - '0');
                    }

                    i--;
                    text.Append((char)(code & 0xFF));
                    break;
                case '\n' or '\r':
                    break;
                default:
                    text.Append(literal[i]);
                    break;
            }
        }
    }

    [GeneratedRegex(
        @"<<(?<dict>[^<>]*(?:<<[^<>]*>>[^<>]*)*)>>\s*stream\r?\n(?<data>.*?)\r?\nendstream",
        RegexOptions.Singleline
    )]
    private static partial Regex Streams();

    [GeneratedRegex(@"\bBT\b.*\bET\b", RegexOptions.Singleline)]
    private static partial Regex TextBlock();

    [GeneratedRegex(
        @"\((?<literal>(?:\\.|[^\\()])*)\)|(?<=[\s\])])(?<gap>-\d+(?:\.\d+)?)(?=\s*[(\]])|(?<line>\bT\*|\b(?:Td|TD|ET)\b)",
        RegexOptions.Singleline
    )]
    private static partial Regex Tokens();
}
