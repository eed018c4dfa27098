using CodexProxy.Simulator;
using CodexProxy.Simulator.Streaming;

namespace CodexProxy.Load;

/// <summary>The upstream process: the simulator, playing one prebuilt stream for every request.</summary>
internal static class Upstream
{
    /// <summary>Writes a login the simulator accepts, says where it listens, and serves until the process is ended.</summary>
    public static async Task RunAsync(UpstreamShape shape)
    {
        await using var simulator = await CodexSimulator.StartAsync(
            new SimulatorOptions { Load = new LoadReply(shape.Deltas, shape.Gap) }
        );
        await simulator.Login.WriteAsync(Path.Combine(shape.Home, "auth.json"));
        Readiness.Announce(simulator.Address.ToString());
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }
}
