using System.Net;
using System.Net.ServerSentEvents;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>What the client hears while the upstream is silent.</summary>
public sealed class SilenceTests
{
    private const string Hello =
        """{"model":"claude-opus-5-5","max_tokens":1024,"stream":true,"messages":[{"role":"user","content":"Hello."}]}""";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task After_fifteen_seconds_the_answer_begins_and_pings_keep_it_alive()
    {
        await using var stage = await StartAsync();
        var gate = new Gate();
        stage.Simulator.Next(Turn.Hold(gate).Text("At last."));

        var answering = stage.PostAsync(Hello);
        await gate.Reached;
        answering.IsCompleted.ShouldBeFalse("status and headers are held back for a clean error");
        await AdvanceUntilAsync(() => answering.IsCompleted, TimeSpan.FromSeconds(15));
        using var response = await answering;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);

        await using var body = await response.Content.ReadAsStreamAsync();
        await using var events = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
        (await NextAsync(events)).ShouldBe("message_start");
        (await NextAsync(events)).ShouldBe("ping");
        var silent = NextAsync(events);
        await AdvanceUntilAsync(() => silent.IsCompleted, TimeSpan.FromSeconds(10));
        (await silent).ShouldBe("ping");

        gate.Open();
        var rest = new List<string>();
        while (await events.MoveNextAsync())
        {
            rest.Add(events.Current.EventType);
        }

        rest.ShouldContain("content_block_delta");
        rest[^1].ShouldBe("message_stop");
    }

    [Fact]
    public async Task Silence_for_the_whole_limit_is_a_timeout_after_two_hidden_repeats()
    {
        await using var stage = await StartAsync();
        var gates = Enumerable.Range(0, 3).Select(_ => new Gate()).ToList();
        foreach (var gate in gates)
        {
            stage.Simulator.Next(Turn.Hold(gate).Text("never"));
        }

        var answering = stage.PostAsync(Hello.Replace("\"stream\":true,", "", StringComparison.Ordinal));
        foreach (var gate in gates)
        {
            await AdvanceUntilAsync(() => gate.Reached.IsCompleted, TimeSpan.FromSeconds(1));
            await AdvanceUntilAsync(
                () => gate == gates[^1] ? answering.IsCompleted : gates[gates.IndexOf(gate) + 1].Reached.IsCompleted,
                TimeSpan.FromSeconds(301)
            );
        }

        using var response = await answering;
        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Upstream sent nothing for 300 s.");
    }

    private async Task<Stage> StartAsync() =>
        await Stage.StartAsync(new SimulatorOptions { TimeProvider = _time }, time: _time);

    private static async Task<string> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        (await events.MoveNextAsync()).ShouldBeTrue();
        return events.Current.EventType;
    }

    // A timer is only seen by the clock once it has been set, which happens on another thread.
    private async Task AdvanceUntilAsync(Func<bool> done, TimeSpan step)
    {
        for (var i = 0; i < 2000 && !done(); i++)
        {
            _time.Advance(i % 50 == 0 ? step : TimeSpan.Zero);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TestContext.Current.CancellationToken);
        }

        done().ShouldBeTrue();
    }
}
