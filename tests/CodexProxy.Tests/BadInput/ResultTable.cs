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
            body as a whole is cut and coded wrongly. Each such request must be refused with a 4xx in the words of the client's protocol,
            or be served for one of the reasons below. None may fail inside, take longer than 20 seconds, or be cut off; afterwards a good
            request must lead to the very same upstream request as before. `BadInputTests` does this with every run against the simulator;
            this page is written by it when `CODEX_PROXY_WRITE_TABLES` is set. Requests that came out unchanged or twice are not counted;
            of those to `count_tokens`, which reads its body as `messages` does, every third is made.

            What a refusal must name: the field, something in it, or what it stands in up to two steps out; Anthropic's protocol in the
            message, OpenAI's in `param`. A few fields may be named by other words instead (`OtherWords` in the tables of the test), mostly
            where the backend refuses and words it. Nothing need be named where the body is no JSON from some point on, and for a body
            that is too large. Where a request is passed on, the simulator's refusal stands for the backend's.

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
            - `BombTests`: a gigabyte of zeros in a megabyte of gzip, the same packed twice, 64 megabytes in deflate and Brotli, and sixteen
              million empty gzip members within gzip are refused with 413. Less than eight times the body limit is allocated meanwhile;
              buffers that the pool has already are not seen by this measure. Each layer of a coding is held to the limit.
            - `BadFrameTests`: every fourth of the requests above that are about a field or cut off, without broken UTF-8 and long texts, as
              frames of one WebSocket of the Responses API. Only the status is judged there.

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
