using CodexProxy.Bench;

namespace CodexProxy.Load;

/// <summary>Runs the scenarios, prints what they show, and writes it to the results file when asked.</summary>
internal static class LoadTest
{
    private const int RequestBytes = 100 * 1024;

    /// <summary>Runs; 1 when a stream was lost.</summary>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        if (!File.Exists(options.Gateway))
        {
            Console.Error.WriteLine("The gateway is not built. Build it first: dotnet build src/CodexProxy -c Release");
            return 1;
        }

        var report = new LoadReport();
        if (options.Only is null or "paced")
        {
            await CompareCpuAsync(options, report, "one delta every 4 ms", TimeSpan.FromMilliseconds(4), 16, 1, 2);
        }

        if (options.Only is null or "burst")
        {
            await CompareCpuAsync(options, report, "all deltas at once", TimeSpan.Zero, 4, 4, 3);
        }

        if (options.Only is null or "store")
        {
            await CompareStoreAsync(options, report);
        }

        if (options.Only is null or "first-delta")
        {
            await CompareFirstDeltaAsync(options, report);
        }

        if (options.Only is null or "slow")
        {
            await HoldSlowStreamsAsync(options, report);
        }

        var markdown = report.ToMarkdown();
        Console.WriteLine(markdown);
        if (options.Write)
        {
            ResultsFile.Replace("load", $"{ResultsFile.MachineFacts()}\n\n{markdown}");
        }

        return report.Lost == 0 ? 0 : 1;
    }

    /// <summary>
    /// CPU of the gateway against the forwarder's, in alternating order. A second pass with five times the deltas tells what
    /// an event costs apart from what a request costs.
    /// </summary>
    private static async Task CompareCpuAsync(
        LoadOptions options,
        LoadReport report,
        string title,
        TimeSpan gap,
        int concurrency,
        int times,
        int warmUp
    )
    {
        var requests = options.Requests * times;
        var few = await CompareAsync(options, report, 100, gap, requests, concurrency, warmUp);
        var many = await CompareAsync(options, report, 500, gap, requests / 4, concurrency, warmUp);
        report.AddCpu(title, few, many);
    }

    private static async Task<CpuPairs> CompareAsync(
        LoadOptions options,
        LoadReport report,
        int deltas,
        TimeSpan gap,
        int requests,
        int concurrency,
        int warmUp
    )
    {
        using var stand = await Stand.StartAsync(options.Gateway, deltas, gap, RequestBytes);
        await WarmUpAsync(stand, report, requests * warmUp, concurrency, Middle.Gateway, Middle.Forwarder);
        var pairs = new CpuPairs(deltas, requests);
        for (var pair = 0; pair < options.Pairs; pair++)
        {
            var gatewayFirst = pair % 2 == 0;
            var first = await stand.MeasureAsync(
                gatewayFirst ? Middle.Gateway : Middle.Forwarder,
                requests,
                concurrency
            );
            var second = await stand.MeasureAsync(
                gatewayFirst ? Middle.Forwarder : Middle.Gateway,
                requests,
                concurrency
            );
            report.Count(first.Outcome, requests);
            report.Count(second.Outcome, requests);
            pairs.Add(gatewayFirst ? first.Cpu : second.Cpu, gatewayFirst ? second.Cpu : first.Cpu);
            Progress($"{deltas} deltas, pair {pair + 1}: {pairs.LastRatio:F2}");
        }

        return pairs;
    }

    /// <summary>CPU of the gateway with its usage store against one without, in alternating order.</summary>
    private static async Task CompareStoreAsync(LoadOptions options, LoadReport report)
    {
        const int Deltas = 100;
        const int Concurrency = 4;
        var requests = options.Requests * 2;
        using var stand = await Stand.StartAsync(
            options.Gateway,
            Deltas,
            TimeSpan.Zero,
            RequestBytes,
            withStoreless: true
        );
        await WarmUpAsync(stand, report, requests * 3, Concurrency, Middle.Gateway, Middle.Storeless);
        var pairs = new CpuPairs(Deltas, requests);
        for (var pair = 0; pair < options.Pairs; pair++)
        {
            Middle[] order = pair % 2 == 0 ? [Middle.Gateway, Middle.Storeless] : [Middle.Storeless, Middle.Gateway];
            var cpu = new Dictionary<Middle, TimeSpan>();
            foreach (var middle in order)
            {
                var measured = await stand.MeasureAsync(middle, requests, Concurrency);
                report.Count(measured.Outcome, requests);
                cpu[middle] = measured.Cpu;
            }

            pairs.Add(cpu[Middle.Gateway], cpu[Middle.Storeless]);
            Progress($"store, pair {pair + 1}: {pairs.LastRatio:F3}");
        }

        report.AddStore(pairs);
    }

    private static async Task CompareFirstDeltaAsync(LoadOptions options, LoadReport report)
    {
        const int RequestsEach = 100;
        using var stand = await Stand.StartAsync(options.Gateway, 20, TimeSpan.Zero, RequestBytes);
        await WarmUpAsync(stand, report, 3000, 2, Middle.Gateway, Middle.Forwarder);
        await stand.MeasureAsync(Middle.Nobody, 100, 1);
        var rows = new List<(double Direct, double Forwarder, double Gateway)>();
        for (var round = 0; round < options.Pairs; round++)
        {
            var times = new Dictionary<Middle, double>();
            Middle[] order = [Middle.Nobody, Middle.Forwarder, Middle.Gateway];
            for (var i = 0; i < order.Length; i++)
            {
                var middle = order[(i + round) % order.Length];
                var measured = await stand.MeasureAsync(middle, RequestsEach, 1);
                report.Count(measured.Outcome, RequestsEach);
                times[middle] = measured.Outcome.FirstDeltaMedian;
            }

            rows.Add((times[Middle.Nobody], times[Middle.Forwarder], times[Middle.Gateway]));
            Progress($"first delta, round {round + 1}");
        }

        report.AddFirstDelta(rows);
    }

    private static async Task HoldSlowStreamsAsync(LoadOptions options, LoadReport report)
    {
        const int Deltas = 20;
        using var stand = await Stand.StartAsync(options.Gateway, Deltas, TimeSpan.FromMilliseconds(500), 5 * 1024);
        var measured = await stand.MeasureAsync(Middle.Gateway, options.Streams, options.Streams);
        report.Count(measured.Outcome, options.Streams);
        report.AddSlowStreams(measured.Outcome, options.Streams, Deltas, stand.GatewayMemory);
    }

    // Until the code is compiled for good, both spend more on the compiler than on requests.
    private static async Task WarmUpAsync(
        Stand stand,
        LoadReport report,
        int requests,
        int concurrency,
        params Middle[] middles
    )
    {
        foreach (var middle in middles)
        {
            var measured = await stand.MeasureAsync(middle, requests, concurrency);
            report.Count(measured.Outcome, requests);
            Progress($"warm-up, {middle}: {measured.Cpu.TotalMilliseconds / requests:F2} ms per request");
        }
    }

    private static void Progress(string text) => Console.Error.WriteLine(text);
}
