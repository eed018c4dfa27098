using System.Text.Json.Serialization;

namespace CodexProxy.Load;

/// <summary>One batch of requests for the client process.</summary>
/// <param name="Url">Where to post.</param>
/// <param name="Headers">Headers of every request.</param>
/// <param name="BodyPath">File that holds the body.</param>
/// <param name="Requests">How many in all.</param>
/// <param name="Concurrency">How many at a time.</param>
/// <param name="DeltaEvent">Name of the stream event that is counted, and whose first arrival is timed.</param>
/// <param name="EndEvent">Name of the event without which the stream counts as lost.</param>
internal sealed record LoadBatch(
    Uri Url,
    Dictionary<string, string> Headers,
    string BodyPath,
    int Requests,
    int Concurrency,
    string DeltaEvent,
    string EndEvent
);

/// <summary>What became of a batch.</summary>
/// <param name="Completed">Streams that ended as they should.</param>
/// <param name="Deltas">Counted events of all streams.</param>
/// <param name="FewestDeltas">Counted events of the stream with the fewest.</param>
/// <param name="FirstDeltaMedian">Median time from sending to the first counted event, in microseconds.</param>
/// <param name="FirstDeltaSlow">Time to the first counted event that 95 in 100 requests stay under, in microseconds.</param>
/// <param name="Seconds">Time the batch took.</param>
/// <param name="Complaint">What the first lost stream died of.</param>
internal sealed record LoadOutcome(
    int Completed,
    long Deltas,
    int FewestDeltas,
    double FirstDeltaMedian,
    double FirstDeltaSlow,
    double Seconds,
    string? Complaint
);

/// <summary>The lines between the load test and its client.</summary>
[JsonSerializable(typeof(LoadBatch))]
[JsonSerializable(typeof(LoadOutcome))]
internal sealed partial class LoadJson : JsonSerializerContext;
