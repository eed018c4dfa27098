using System.Collections.Concurrent;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Load;

/// <summary>The upstream process of a soak: the simulator, which fails where a request's text asks it to.</summary>
internal static class SoakUpstream
{
    private const int SlowPieces = 20;

    /// <summary>Writes a login, says where it listens, and serves until the process is ended.</summary>
    public static async Task RunAsync(string home)
    {
        await using var simulator = await CodexSimulator.StartAsync(new SimulatorOptions { RequestsKept = 50 });
        await simulator.Login.WriteAsync(Path.Combine(home, "auth.json"));
        var seen = new ConcurrentDictionary<string, bool>();
        Script(simulator, SoakFault.RateLimitOnce, Once(RateLimit()));
        Script(simulator, SoakFault.ErrorOnce, Once(Turn.HttpError(500, "server_error")));
        Script(simulator, SoakFault.OverloadOnce, Once(Turn.OverloadInside200()));
        Script(simulator, SoakFault.ResetOnce, Once(Turn.Text("a").ResetConnection(1)));
        Script(simulator, SoakFault.Error, _ => Turn.HttpError(500, "server_error"));
        Script(simulator, SoakFault.Overload, _ => Turn.OverloadInside200());
        Script(simulator, SoakFault.Cut, _ => Turn.PartialText("The first words, ", "and no more.").CutAfter(5));
        Script(
            simulator,
            SoakFault.Reset,
            _ => Turn.PartialText("The first words, ", "and no more.").ResetConnection(5)
        );
        Script(simulator, SoakFault.Slow, _ => Pieces(3, TimeSpan.FromMilliseconds(400)));
        Script(simulator, SoakFault.VerySlow, _ => Pieces(SlowPieces, TimeSpan.FromSeconds(1)));
        Script(simulator, SoakFault.Call, _ => Turn.Reasoning("Looking.").Call("Tool1", ("command", "ls -l")));
        Readiness.Announce(simulator.Address.ToString());
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);

        Func<CapturedRequest, TurnPlan> Once(TurnPlan fault) =>
            request => seen.TryAdd(request.LastUserText, true) ? fault : Turn.Text("Done at last.");
    }

    private static void Script(CodexSimulator simulator, string fault, Func<CapturedRequest, TurnPlan> turn) =>
        simulator.When(request => request.LastUserText.Contains($"[{fault}]", StringComparison.Ordinal)).Reply(turn);

    private static TurnPlan RateLimit() =>
        Turn.HttpError(
            HttpReply.Error(429, "Slow down.", "rate_limit_exceeded", type: "rate_limit_error").With("retry-after", "1")
        );

    private static TurnPlan Pieces(int count, TimeSpan gap)
    {
        var turn = Turn.Nothing;
        for (var i = 0; i < count; i++)
        {
            turn = turn.Commentary("A piece. ").Silence(gap);
        }

        return turn.Text("Done.");
    }
}

/// <summary>Words in a request's text that say how the upstream answers it.</summary>
internal static class SoakFault
{
    public const string None = "ok";
    public const string RateLimitOnce = "429-once";
    public const string ErrorOnce = "500-once";
    public const string OverloadOnce = "overload-once";
    public const string ResetOnce = "reset-once";
    public const string Error = "500";
    public const string Overload = "overload";
    public const string Cut = "cut";
    public const string Reset = "reset";
    public const string Slow = "slow";
    public const string VerySlow = "very-slow";
    public const string Call = "call";

    /// <summary>Whether the client must be told of a failure; else it must get a whole answer.</summary>
    public static bool IsFinal(string fault) => fault is Error or Overload or Cut or Reset;
}
