using System.Globalization;
using System.Text;

namespace CodexProxy.Load;

/// <summary>What the scenarios showed, as Markdown.</summary>
internal sealed class LoadReport
{
    private readonly StringBuilder _sections = new();
    private long _asked;
    private long _completed;
    private string? _complaint;

    /// <summary>Streams that did not end as they should, over all scenarios, warm-up included.</summary>
    public long Lost => _asked - _completed;

    /// <summary>Counts a batch.</summary>
    public void Count(LoadOutcome outcome, int asked)
    {
        _asked += asked;
        _completed += outcome.Completed;
        if (outcome.Complaint is not null && _complaint is null)
        {
            _complaint = outcome.Complaint;
            Console.Error.WriteLine($"Lost a stream: {outcome.Complaint}");
        }
    }

    /// <summary>CPU of gateway and forwarder with few and with many deltas.</summary>
    public void AddCpu(string title, CpuPairs few, CpuPairs many)
    {
        var steps = many.Deltas - few.Deltas;
        var gatewayEvent = (many.GatewayPerRequest - few.GatewayPerRequest) / steps;
        var forwarderEvent = (many.ForwarderPerRequest - few.ForwarderPerRequest) / steps;
        var rest = Rest(
            few.GatewayPerRequest - (gatewayEvent * few.Deltas),
            few.ForwarderPerRequest - (forwarderEvent * few.Deltas)
        );
        Append(
            $"""
            ### CPU, {title}

            | load | gateway ÷ forwarder (min / median / max) | gateway, ms | forwarder, ms |
            |---|---|---|---|
            | 100 KB request, {few.Deltas} deltas | **{few.Ratio}** | {few.GatewayPerRequest:F2} | {few.ForwarderPerRequest:F2} |
            | 100 KB request, {many.Deltas} deltas | {many.Ratio} | {many.GatewayPerRequest:F2} | {many.ForwarderPerRequest:F2} |
            | one more delta (slope) | {gatewayEvent / forwarderEvent:F2} | {gatewayEvent:F4} | {forwarderEvent:F4} |
            {rest}

            """
        );
    }

    /// <summary>CPU of the gateway with and without its usage store.</summary>
    public void AddStore(CpuPairs pairs) =>
        Append(
            $"""
            ### CPU, usage store on and off, all deltas at once

            | load | on ÷ off (min / median / max) | on, ms | off, ms |
            |---|---|---|---|
            | 100 KB request, {pairs.Deltas} deltas | **{pairs.Ratio}** | {pairs.GatewayPerRequest:F3} | {pairs.ForwarderPerRequest:F3} |


            """
        );

    /// <summary>Time to the first delta, one at a time.</summary>
    public void AddFirstDelta(List<(double Direct, double Forwarder, double Gateway)> rows)
    {
        var added = rows.Select(row => (row.Gateway - row.Direct) / (row.Forwarder - row.Direct));
        Append(
            $"""
            ### Time to the first delta, 100 KB request, one at a time

            | compared | min / median / max |
            |---|---|
            | forwarder ÷ direct | {Spread.Of(rows.Select(row => row.Forwarder / row.Direct))} |
            | gateway ÷ direct | {Spread.Of(rows.Select(row => row.Gateway / row.Direct))} |
            | added by gateway ÷ added by forwarder | {Spread.Of(added)} |


            """
        );
    }

    /// <summary>Many streams at once.</summary>
    public void AddSlowStreams(LoadOutcome outcome, int streams, int deltas, long memory)
    {
        Append(
            $"""
            ### {streams} concurrent slow streams

            Each has {deltas} deltas, two a second. {outcome.Completed} ended as they should, {streams
                - outcome.Completed} were
            lost; the stream with the fewest deltas had {outcome.FewestDeltas}. Peak memory of the gateway: {memory
                / (1024 * 1024)} MiB.


            """
        );
    }

    /// <summary>All sections.</summary>
    public string ToMarkdown() => $"{_sections}Streams in this run: {_asked}, lost: {Lost}.\n";

    // Where events cost nearly everything, what is left of the request is noise and says nothing.
    private static string Rest(double gateway, double forwarder) =>
        gateway <= 0 || forwarder <= 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"| the request itself (rest) | {gateway / forwarder:F2} | {gateway:F2} | {forwarder:F2} |\n"
            );

    private void Append(FormattableString text) => _sections.Append(text.ToString(CultureInfo.InvariantCulture));
}
