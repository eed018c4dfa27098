using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace CodexProxy.Load;

/// <summary>
/// The built gateway under a mixed load with faults, forty requests a second, and under a thousand slow streams at once.
/// Counts and growth are judged, times are not.
/// </summary>
internal sealed class SoakTest(SoakOptions options)
{
    private const int PerSecond = 40;
    private const int SlowStreams = 1000;
    private const double MostGrowth = 1.2;
    private const long MostExtra = 20_000_000;
    private const int MoreHandles = 30;
    private const int MoreThreads = 10;

    private readonly ConcurrentQueue<string> _lost = new();
    private readonly List<Holding> _held = [];
    private readonly List<(bool Passed, string Text)> _verdicts = [];
    private long _sent;
    private long _ended;

    /// <summary>Runs it. The result is the exit code.</summary>
    public static async Task<int> RunAsync(SoakOptions options) => await new SoakTest(options).RunAsync();

    private async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("codex-proxy-soak-").FullName;
        try
        {
            using var upstream = await Child.StartRoleAsync("soak-upstream", folder);
            using var gateway = await Child.StartGatewayAsync(
                options.Gateway,
                Stand.FreePort(),
                new Dictionary<string, string>(Stand.GatewayEnvironment(folder, upstream.Address!, "sqlite"))
                {
                    ["CODEX_PROXY_LOG_MAX_MEGABYTES"] = "100",
                }
            );
            using var client = new SoakClient(gateway.Address!);
            await MixAsync(client, gateway);
            await SlowAsync(client, gateway);
            JudgeLog(Path.Combine(folder, "state-sqlite", "logs"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (passed, text) in _verdicts)
        {
            Console.WriteLine($"{(passed ? "ok    " : "FAILED")} {text}");
        }

        var failed = _verdicts.Count(verdict => !verdict.Passed);
        Console.WriteLine($"soak: {_verdicts.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private async Task MixAsync(SoakClient client, Child gateway)
    {
        var length = TimeSpan.FromMinutes(options.Minutes);
        var began = Stopwatch.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var running = new ConcurrentDictionary<long, Task>();
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            // After a pause of the machine the load is made up for.
            var due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * PerSecond);
            while (_sent < due)
            {
                var number = _sent++;
                running[number] = Task.Run(async () =>
                {
                    await CountAsync(client, SoakRequest.Of(number));
                    running.TryRemove(number, out _);
                });
            }

            if (_sent % PerSecond < 3)
            {
                _held.Add(Holding.Of(gateway.Id));
            }

            await beat.WaitForNextTickAsync();
        }

        await Task.WhenAll(running.Values);
        var second = Holding.Median(_held[(_held.Count / 4)..(_held.Count / 2)]);
        var last = Holding.Median(_held[(_held.Count * 3 / 4)..]);
        Verdict(
            _lost.IsEmpty && _ended == _sent,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_sent} requests in {options.Minutes} minutes, {_sent - _ended + _lost.Count} lost"
            )
        );
        foreach (var lost in _lost.Take(10))
        {
            Console.WriteLine($"  lost: {lost}");
        }

        Verdict(
            last.Memory <= (second.Memory * MostGrowth) + MostExtra,
            string.Create(
                CultureInfo.InvariantCulture,
                $"memory: {(double)last.Memory / second.Memory:F2} times from the second quarter to the last ({second.Memory / 1e6:F0} → {last.Memory / 1e6:F0} MB)"
            )
        );
        Verdict(last.Handles <= second.Handles + MoreHandles, $"handles: {second.Handles} → {last.Handles}");
        Verdict(last.Threads <= second.Threads + MoreThreads, $"threads: {second.Threads} → {last.Threads}");
    }

    private async Task SlowAsync(SoakClient client, Child gateway)
    {
        _lost.Clear();
        var before = Holding.Of(gateway.Id);
        var most = 0;
        var streams = Enumerable
            .Range(0, SlowStreams)
            .Select(i => Task.Run(() => CountAsync(client, SoakRequest.VerySlow(i))))
            .ToArray();
        var all = Task.WhenAll(streams);
        while (!all.IsCompleted)
        {
            most = Math.Max(most, Holding.Of(gateway.Id).Handles);
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System));
        }

        await all;
        Verdict(_lost.IsEmpty, $"{SlowStreams} slow streams at once, {_lost.Count} lost");
        foreach (var lost in _lost.Take(5))
        {
            Console.WriteLine($"  lost: {lost}");
        }

        // Each holds a connection on both sides; fewer would mean that they did not run at once.
        Verdict(most >= before.Handles + SlowStreams, $"handles meanwhile: {before.Handles} → {most}");
        var after = await SettleAsync(gateway, before.Handles + MoreHandles);
        Verdict(after.Handles <= before.Handles + MoreHandles, $"after them: {before} → {after}");
    }

    // Idle connections are closed after a while; what is left then is held for good.
    private static async Task<Holding> SettleAsync(Child gateway, int handles)
    {
        var began = Stopwatch.GetTimestamp();
        var now = Holding.Of(gateway.Id);
        while (now.Handles > handles && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(4))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            now = Holding.Of(gateway.Id);
        }

        return now;
    }

    private void JudgeLog(string folder)
    {
        var lines = Directory
            .GetFiles(folder, "gateway.log*")
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .SelectMany(ReadLines)
            .ToList();
        var errors = lines.Where(IsError).ToList();
        Verdict(lines.Count > 0 && errors.Count == 0, $"{lines.Count} lines of log, {errors.Count} of errors");
        foreach (var error in errors.Take(5))
        {
            Console.WriteLine($"  {error[..Math.Min(300, error.Length)]}");
        }
    }

    // The gateway still writes to it.
    private static List<string> ReadLines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    // The level stands behind the time, or in a member of its own.
    private static bool IsError(string line) =>
        line.Contains("\"level\":\"error\"", StringComparison.Ordinal) || (line.Split(' ', 3) is [_, "error", ..]);

    private async Task CountAsync(SoakClient client, SoakRequest request)
    {
        if (await client.SendAsync(request) is { } lost)
        {
            _lost.Enqueue(lost);
        }

        Interlocked.Increment(ref _ended);
    }

    private void Verdict(bool passed, string text)
    {
        Console.Error.WriteLine(text);
        _verdicts.Add((passed, text));
    }
}
