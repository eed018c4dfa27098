using CodexProxy.Relay;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>The stages of the end.</summary>
public sealed class ClosingTests
{
    [Fact]
    public async Task A_second_signal_that_overtakes_the_first_cuts_off_all_the_same()
    {
        var time = new ManualTime();
        await using var gateway = await RunningGateway.StartAsync(time: time);
        var closing = gateway.Get<Closing>();

        closing.BreakOff();
        closing.Begin();
        time.Advance(TimeSpan.FromSeconds(2));

        closing.Begun.IsCancellationRequested.ShouldBeTrue();
        closing.Cut.IsCancellationRequested.ShouldBeTrue();
    }
}
