using CodexProxy.Records;

namespace CodexProxy.Tests.Faults;

/// <summary>Every recorded stream, every event of it, every fault, every face: what the client sees is true.</summary>
public sealed class FaultMatrixTests
{
    private static readonly Lazy<Task<FaultMatrix>> Measured = new(FaultMatrix.MeasureAsync);

    [Fact]
    public async Task No_cell_of_the_matrix_breaks_a_law()
    {
        var matrix = await Measured.Value;

        matrix.Cells.ShouldBeGreaterThan(10_000);
        matrix.Violations.Count.ShouldBe(0, string.Join('\n', matrix.Violations.Take(60)));
    }

    [Fact]
    public async Task The_page_shows_what_was_measured()
    {
        var matrix = await Measured.Value;
        var shown = ReliabilityPage.Matrix;
        if (Environment.GetEnvironmentVariable(ReliabilityPage.WriteVariable) == "1")
        {
            ReliabilityPage.Replace(matrix.Table());
            return;
        }

        shown.ShouldBe(
            matrix.Table(),
            $"docs/reliability.md is not what was measured. Run this test with {ReliabilityPage.WriteVariable}=1 to renew it."
        );
    }

    [Fact]
    public async Task A_client_that_leaves_at_any_event_leaves_nothing_behind()
    {
        foreach (var fixture in StreamFixture.All)
        {
            using var bench = new FaultBench();
            var pieces = fixture.With(null, 0).Pieces;
            foreach (var face in ClientFace.All)
            {
                // After the last event there is nothing left to leave.
                for (var at = 0; at < pieces.Count; at++)
                {
                    var result = await bench.LeaveAsync(face, $"leaves at {at}", [.. pieces.Take(at)]);
                    var cell = $"{fixture.Name}, {face}, at {at}";
                    result.LetGo.ShouldBeTrue(cell);
                    result.InFlight.ShouldBe(0, cell);
                    result.Requests.ShouldBe(1, cell);
                    result.Record?.Ending.ShouldBe(RequestEnding.ClientGone, cell);
                    result.Record.ShouldNotBeNull(cell);
                }
            }
        }
    }
}
