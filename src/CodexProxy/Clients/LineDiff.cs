using System.Globalization;

namespace CodexProxy.Clients;

/// <summary>The difference of two texts, line by line, in the unified form.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    // Beyond this many pairs of lines the middle is shown as wholly replaced: nobody reads such a difference anyway.
    private const long MostPairs = 4_000_000;

    private readonly record struct Step(char Kind, int Old, int New);

    /// <summary>
    /// Compares the texts and shows others in their place, which must have as many lines: the same with secrets hidden.
    /// </summary>
    /// <returns>Lines that begin with <c>@@</c>, a blank, <c>-</c> or <c>+</c>; none for equal texts.</returns>
    public static IReadOnlyList<string> Of(string oldText, string newText, string oldShown, string newShown)
    {
        var (before, after) = (Lines(oldText), Lines(newText));
        var (beforeShown, afterShown) = (Lines(oldShown), Lines(newShown));
        if (beforeShown.Length != before.Length || afterShown.Length != after.Length)
        {
            return ["@@ the file cannot be shown @@"];
        }

        var steps = Steps(before, after);
        var shown = new List<string>();
        for (var at = 0; at < steps.Count; )
        {
            var first = steps.FindIndex(at, step => step.Kind != ' ');
            if (first < 0)
            {
                break;
            }

            var (from, to) = (Math.Max(first - Context, at), EndOfHunk(steps, first));
            shown.Add(Head(steps, from, to));
            shown.AddRange(
                steps[from..to]
                    .Select(step =>
                        step.Kind + (step.Kind == '+' ? afterShown[step.New] : beforeShown[step.Old]).TrimEnd('\r')
                    )
            );
            at = to;
        }

        return shown;
    }

    private static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static int EndOfHunk(List<Step> steps, int first)
    {
        var last = first;
        for (var at = first; at < steps.Count && at - last <= 2 * Context; at++)
        {
            last = steps[at].Kind == ' ' ? last : at;
        }

        return Math.Min(last + Context + 1, steps.Count);
    }

    private static string Head(List<Step> steps, int from, int to)
    {
        var hunk = steps[from..to];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"@@ -{Range(hunk[0].Old, hunk.Count(step => step.Kind != '+'))} +{Range(hunk[0].New, hunk.Count(step => step.Kind != '-'))} @@"
        );
    }

    private static string Range(int start, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");

    private static List<Step> Steps(string[] before, string[] after)
    {
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = before[head..]
            .Reverse()
            .Zip(after[head..].Reverse())
            .TakeWhile(pair => pair.First == pair.Second)
            .Count();
        var (oldEnd, newEnd) = (before.Length - tail, after.Length - tail);
        List<Step> steps = [.. Enumerable.Range(0, head).Select(line => new Step(' ', line, line))];
        steps.AddRange(Middle(before, after, head, oldEnd, newEnd));
        steps.AddRange(Enumerable.Range(0, tail).Select(line => new Step(' ', oldEnd + line, newEnd + line)));
        return steps;
    }

    // The longest common subsequence of what differs.
    private static IEnumerable<Step> Middle(string[] before, string[] after, int start, int oldEnd, int newEnd)
    {
        var (rows, columns) = (oldEnd - start, newEnd - start);
        var whole = (long)rows * columns > MostPairs;
        var length = new int[whole ? 1 : rows + 1, whole ? 1 : columns + 1];
        for (var row = rows - 1; row >= 0 && !whole; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
            {
                length[row, column] =
                    before[start + row] == after[start + column]
                        ? length[row + 1, column + 1] + 1
                        : Math.Max(length[row + 1, column], length[row, column + 1]);
            }
        }

        var (old, now) = (0, 0);
        while (old < rows || now < columns)
        {
            if (!whole && old < rows && now < columns && before[start + old] == after[start + now])
            {
                yield return new Step(' ', start + old++, start + now++);
            }
            else if (old < rows && (now == columns || whole || length[old + 1, now] >= length[old, now + 1]))
            {
                yield return new Step('-', start + old++, start + now);
            }
            else
            {
                yield return new Step('+', start + old, start + now++);
            }
        }
    }
}
