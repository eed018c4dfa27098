using System.Globalization;
using System.Text;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>Losses in one line, for the log and for the response header: <c>temperature=dropped, max_tokens=emulated</c>.</summary>
internal static class LossLine
{
    /// <summary>The header: with the value <c>1</c> a request asks for it, and its answer carries the line.</summary>
    public const string Header = "x-codex-proxy-loss";

    /// <summary>Longest line in characters; what is beyond it is only counted.</summary>
    public const int MaxLength = 2000;

    /// <summary>The line; <c>none</c> when nothing was lost.</summary>
    public static string Of(IReadOnlyCollection<TranslationLoss> losses)
    {
        if (losses.Count == 0)
        {
            return "none";
        }

        var line = new StringBuilder();
        var written = 0;
        foreach (var loss in losses)
        {
            var word = Word(loss.Kind);
            if (line.Length + loss.Path.Length + word.Length + 24 > MaxLength)
            {
                return line.Append(CultureInfo.InvariantCulture, $", more={losses.Count - written}").ToString();
            }

            line.Append(written++ == 0 ? "" : ", ").Append(loss.Path).Append('=').Append(word);
        }

        return line.ToString();
    }

    /// <summary>The kind as the line writes it.</summary>
    public static string Word(LossKind kind) =>
        kind switch
        {
            LossKind.Dropped => "dropped",
            LossKind.Approximated => "approximated",
            _ => "emulated",
        };
}
