using System.Collections.Concurrent;
using System.Diagnostics;

namespace CodexProxy.Fuzz;

/// <summary>Gives inputs to the targets, on several threads, and keeps the first input of everything that breaks.</summary>
internal sealed class FuzzRun(FuzzOptions options, TextWriter output)
{
    private const int Batch = 250;
    private const int MostKinds = 25;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(90);

    private readonly FuzzTarget[] _targets =
    [
        .. FuzzTargets.All.Where(target => options.Target is null || target.Name == options.Target),
    ];
    private readonly ConcurrentDictionary<string, Failure> _failures = new();
    private readonly ConcurrentDictionary<string, long[]> _counts = new();
    private readonly (FuzzTarget Target, byte[] Input, long Began)?[] _now = new (FuzzTarget, byte[], long)?[
        options.Workers
    ];
    private long _next;
    private long _done;

    /// <summary>Where failing inputs are written.</summary>
    public static string Folder { get; } = Path.Combine(Inputs.Fixtures.Root, "artifacts", "fuzz");

    /// <summary>Runs it. The result is how many different things broke.</summary>
    public int Run()
    {
        if (_targets.Length == 0)
        {
            throw new ArgumentException($"No target is called {options.Target}.");
        }

        var began = Stopwatch.GetTimestamp();
        var workers = Enumerable
            .Range(0, options.Workers)
            .Select(i => new Thread(() => Work(i), 4 * 1024 * 1024))
            .ToList();
        workers.ForEach(worker => worker.Start());
        var told = Stopwatch.GetTimestamp();
        while (workers.Exists(worker => !worker.Join(TimeSpan.FromMilliseconds(250))))
        {
            LookForHang();
            if (Stopwatch.GetElapsedTime(told) > TimeSpan.FromSeconds(30))
            {
                told = Stopwatch.GetTimestamp();
                Tell(Stopwatch.GetElapsedTime(began));
            }
        }

        Tell(Stopwatch.GetElapsedTime(began));
        Report();
        return _failures.Count;
    }

    private void Work(int worker)
    {
        while (_failures.Count < MostKinds)
        {
            var first = Interlocked.Add(ref _next, Batch) - Batch;
            if (first >= options.Inputs)
            {
                return;
            }

            var target = FuzzTargets.Turn(_targets, first / Batch);
            var counts = _counts.GetOrAdd(target.Name, _ => new long[3]);
            var count = (int)Math.Min(Batch, options.Inputs - first);
            long accepted = 0;
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                var input = target.Make(options.Seed, first + i);
                _now[worker] = (target, input, Stopwatch.GetTimestamp());
                if (Failure.Of(target, input, out var read) is { } failure)
                {
                    Keep(failure, first + i);
                }

                accepted += read ? 1 : 0;
            }

            _now[worker] = null;
            Interlocked.Add(ref _done, count);
            Interlocked.Add(ref counts[0], count);
            Interlocked.Add(ref counts[1], accepted);
            Interlocked.Add(ref counts[2], (long)Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }
    }

    private void Keep(Failure failure, long number)
    {
        if (!_failures.TryAdd($"{failure.Target.Name}: {failure.Kind}", failure))
        {
            return;
        }

        var small = Shrinker.Shrink(failure);
        var file = Write(small);
        output.WriteLine(
            $"BROKEN {failure.Target.Name}: {failure.Kind} (input {number}, {failure.Input.Length} bytes; {file}, {small.Input.Length} bytes)"
        );
        output.WriteLine(string.Join('\n', small.Details.Split('\n').Take(8)));
    }

    private static string Write(Failure failure)
    {
        var folder = Path.Combine(Folder, failure.Target.Name);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, failure.FileName);
        File.WriteAllBytes(file, failure.Input);
        return Path.GetRelativePath(Inputs.Fixtures.Root, file);
    }

    private void LookForHang()
    {
        foreach (var now in _now)
        {
            if (now is { } input && Stopwatch.GetElapsedTime(input.Began) > Hang)
            {
                var failure = new Failure(input.Target, input.Input, "hang", "It does not come to an end.");
                output.WriteLine($"BROKEN {input.Target.Name}: hang ({Write(failure)}, {input.Input.Length} bytes)");
                // A thread that does not end cannot be ended.
                Environment.Exit(1);
            }
        }
    }

    private void Tell(TimeSpan elapsed) =>
        output.WriteLine(
            $"{Interlocked.Read(ref _done):N0} inputs, {_done / Math.Max(1, elapsed.TotalSeconds):N0} per second, {_failures.Count} broken"
        );

    private void Report()
    {
        foreach (var (name, counts) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine(
                $"  {name, -18} {counts[0], 12:N0} inputs  {100.0 * counts[1] / counts[0], 5:F1} % read  {(double)counts[2] / counts[0], 7:F0} µs each"
            );
        }
    }
}
