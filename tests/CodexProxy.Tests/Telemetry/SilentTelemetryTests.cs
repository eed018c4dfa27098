using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Telemetry;

/// <summary>Runs by itself: who listens in another test listens to the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>What spans and metrics cost while nobody listens: nothing that could be measured.</summary>
[Collection(Alone.Name)]
public sealed class SilentTelemetryTests
{
    [Fact]
    public async Task A_gateway_without_variables_and_switches_is_heard_by_nobody_and_loads_nothing()
    {
        await using var stage = await Stage.StartAsync(environment: _ => null);

        stage.Gateway.Get<GatewayMeter>().IsHeard.ShouldBeFalse();
        Tracing.Source.HasListeners().ShouldBeFalse();
    }

    [Fact]
    public void A_span_that_nobody_wants_allocates_nothing() =>
        Allocated(() =>
            {
                using var span = Tracing.Begin("account.lease");
                span?.SetTag("never", "reached");
            })
            .ShouldBe(0);

    [Fact]
    public void A_request_that_nobody_counts_allocates_nothing()
    {
        using var meter = new GatewayMeter(new Redactor(), () => []);
        var metrics = new RequestMetrics(meter);
        var record = new RequestRecord
        {
            Face = RequestFace.Messages,
            Started = DateTimeOffset.UnixEpoch,
            RequestId = "req_01abc",
            At = default,
            RequestedModel = "a",
            UpstreamModel = "b",
            Streamed = true,
            Ending = RequestEnding.Answered,
            Status = 200,
            Attempts = [new AttemptRecord(TimeSpan.Zero, 0, [])],
            Total = TimeSpan.FromSeconds(1),
            Tokens = new TokenCounts(1, 2, 3, 4, 5),
            Losses = [],
        };

        Allocated(() =>
            {
                metrics.Enter();
                metrics.Note(record);
                metrics.Leave();
            })
            .ShouldBe(0);
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
