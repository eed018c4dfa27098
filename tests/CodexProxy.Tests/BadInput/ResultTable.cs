using System.Globalization;
using System.Text;

namespace CodexProxy.Tests.BadInput;

/// <summary>The results as a page of the documentation.</summary>
internal static class ResultTable
{
    public static string Write(IReadOnlyList<(ProtocolFace Face, IReadOnlyCollection<Verdict> Verdicts)> results)
    {
        var page = new StringBuilder(
            """
            # Bad input

            Good requests of each protocol are taken apart: at every place of them everything is put that can be wrong there, and the
            body as a whole is cut, coded and framed wrongly. Each such request must be refused with a 4xx in the words of the client's
            protocol, and the message names the field (with `param` too in OpenAI's protocols), or be served for one of the reasons
            below. None may fail inside, take longer than 20 seconds, or be cut off; afterwards a good request must lead to the very
            same upstream request as before. `BadInputTests` does this with every run; this page is written by it when
            `CODEX_PROXY_WRITE_TABLES` is set.

            Refused + served, by what is wrong:


            """.ReplaceLineEndings("\n")
        );
        page.Append("| |").AppendJoin('|', results.Select(result => $" `{result.Face.Name}` ")).Append("|\n|---|");
        page.AppendJoin('|', results.Select(_ => "---:")).Append("|\n");
        foreach (
            var kind in results
                .SelectMany(result => result.Verdicts)
                .Select(verdict => verdict.Request.Kind)
                .Distinct()
                .Order()
        )
        {
            Row(page, kind, results, verdict => verdict.Request.Kind == kind);
        }

        Row(page, "**all**", results, _ => true);
        page.Append("\n## Served although it is odd\n");
        foreach (var (face, verdicts) in results)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n`{face.Name}`\n\n");
            foreach (
                var reason in verdicts
                    .Where(verdict => verdict.IsServed)
                    .GroupBy(verdict => face.Excuse(verdict.Request)!)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
            )
            {
                page.Append(CultureInfo.InvariantCulture, $"- {reason.Key} ({reason.Count()})\n");
            }
        }

        page.Append(
            """

            ## Framing, bombs, frames

            - `FramingTests`: a body that is shorter, longer or otherwise framed than its head says is refused in the words of the
              protocol; one that stops in the middle is given up after some seconds with 408. What is no HTTP at all gets a bare 400 or
              431 from the server, since no protocol is known yet.
            - `BombTests`: a gigabyte of zeros in a megabyte (gzip, twice gzip, deflate, Brotli), and sixteen million empty gzip members,
              are refused with 413. At most eight times the body limit is allocated; each layer of a coding is held to the limit.
            - `BadFrameTests`: the same bad requests as frames of one WebSocket of the Responses API.

            """.ReplaceLineEndings("\n")
        );
        return page.ToString();
    }

    private static void Row(
        StringBuilder page,
        string name,
        IReadOnlyList<(ProtocolFace Face, IReadOnlyCollection<Verdict> Verdicts)> results,
        Func<Verdict, bool> counts
    )
    {
        page.Append(CultureInfo.InvariantCulture, $"| {name} |");
        foreach (var (_, verdicts) in results)
        {
            var (served, all) = (
                verdicts.Count(verdict => verdict.IsServed && counts(verdict)),
                verdicts.Count(counts)
            );
            page.Append(CultureInfo.InvariantCulture, $" {all - served} + {served} |");
        }

        page.Append('\n');
    }
}
