using CodexProxy.Records;

namespace CodexProxy.Tests.Faults;

/// <summary>Plays every cell of the matrix and judges it.</summary>
internal sealed class FaultMatrix
{
    private readonly Dictionary<(string Fixture, StreamFault Fault), int[]> _counts = [];

    private FaultMatrix() { }

    /// <summary>Answers that were judged.</summary>
    public int Cells { get; private set; }

    /// <summary>What broke a law, in words.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Answered, error told and HTTP errors of one fixture and one fault.</summary>
    public IReadOnlyList<int> Counts(string fixture, StreamFault fault) => _counts[(fixture, fault)];

    /// <summary>The counts as a table of Markdown.</summary>
    public string Table()
    {
        var faults = Enum.GetValues<StreamFault>();
        var lines = new List<string>
        {
            $"| stream | events | {string.Join(" | ", faults.Select(fault => fault.ToString().ToLowerInvariant()))} |",
            $"|---|---|{string.Concat(faults.Select(_ => "---|"))}",
        };
        foreach (var fixture in StreamFixture.All)
        {
            lines.Add(
                $"| {fixture.Name} | {fixture.Events.Count} | {string.Join(" | ", faults.Select(fault => string.Join(" / ", Counts(fixture.Name, fault))))} |"
            );
        }

        var sums = faults.Select(fault =>
            string.Join(" / ", Enumerable.Range(0, 3).Select(i => StreamFixture.All.Sum(f => Counts(f.Name, fault)[i])))
        );
        lines.Add($"| all | {StreamFixture.All.Sum(fixture => fixture.Events.Count)} | {string.Join(" | ", sums)} |");
        return string.Join('\n', lines);
    }

    public static async Task<FaultMatrix> MeasureAsync()
    {
        var fixtures = StreamFixture.All;
        var parts = new FaultMatrix[fixtures.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, fixtures.Count),
            async (i, _) =>
            {
                parts[i] = new FaultMatrix();
                await parts[i].MeasureAsync(fixtures[i]);
            }
        );
        var matrix = new FaultMatrix();
        foreach (var part in parts)
        {
            matrix.Cells += part.Cells;
            matrix.Violations.AddRange(part.Violations);
            foreach (var (cell, counts) in part._counts)
            {
                matrix._counts[cell] = counts;
            }
        }

        return matrix;
    }

    private async Task MeasureAsync(StreamFixture fixture)
    {
        using var bench = new FaultBench();
        foreach (var face in ClientFace.All)
        {
            var sound = await bench.AskAsync(face, "sound", fixture.With(null, 0));
            foreach (var fault in Enum.GetValues<StreamFault>())
            {
                for (var at = 0; at < fixture.Events.Count; at++)
                {
                    var result = await bench.AskAsync(face, $"{fault} {at}", fixture.With(fault, at));
                    Judge($"{fixture.Name}, {face}, {fault} at {at}", fault, sound, result);
                    Count(fixture.Name, fault, result.View.End);
                }
            }
        }
    }

    private void Count(string fixture, StreamFault fault, AnswerEnd end)
    {
        if (!_counts.TryGetValue((fixture, fault), out var counts))
        {
            _counts[(fixture, fault)] = counts = new int[3];
        }

        counts[(int)end]++;
        Cells++;
    }

    private void Judge(string cell, StreamFault fault, FaultResult sound, FaultResult result)
    {
        foreach (var (holds, otherwise) in Laws(fault, sound, result))
        {
            if (!holds)
            {
                Violations.Add($"{cell}: {otherwise}");
            }
        }
    }

    private static IEnumerable<(bool Holds, string Otherwise)> Laws(
        StreamFault fault,
        FaultResult sound,
        FaultResult result
    )
    {
        var view = result.View;
        // What the upstream itself tells oddly is passed on as it is to clients of its own protocol.
        yield return (
            view.Broken is null || view.Broken == sound.View.Broken,
            $"the protocol is broken: {view.Broken}"
        );
        yield return (!result.Repeated, "the upstream was asked again after something had gone out");
        yield return (result.LetGo, "a body of the upstream was not let go");
        yield return (result.InFlight == 0, "it still counts as under way");
        yield return (result.Record is not null, "no record was kept");
        if (view.End == AnswerEnd.Answered)
        {
            yield return (
                IsTrue(fault, view, sound.View),
                $"a false answer: {string.Join(" | ", view.Content)} instead of {sound.View.End} {string.Join(" | ", sound.View.Content)}"
            );
        }
        else
        {
            yield return (result.Record?.Ending == RequestEnding.Failed, $"recorded as {result.Record?.Ending}");
        }

        if (fault == StreamFault.Split)
        {
            yield return (
                view.End == sound.View.End && view.Content.SequenceEqual(sound.View.Content),
                "another answer than unbroken"
            );
        }
    }

    // What is whole when the stream breaks may end as an answer; then nothing of it may be other than it was.
    private static bool IsTrue(StreamFault fault, ClientView view, ClientView sound) =>
        view.Content.SequenceEqual(sound.Content)
        || (
            fault is StreamFault.Cut or StreamFault.Reset or StreamFault.Stall or StreamFault.Swapped
            && view.Content.Count > 1
            && view.Content.Take(view.Content.Count - 1).All(sound.Content.Contains)
            && view.Content[^1]
                is "stop end_turn"
                    or "stop tool_use"
                    or "stop stop"
                    or "stop tool_calls"
                    or "status completed"
            && sound.Content[^1]
                is "stop end_turn"
                    or "stop tool_use"
                    or "stop stop"
                    or "stop tool_calls"
                    or "status completed"
        );
}
