using BenchmarkDotNet.Attributes;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Records;

namespace CodexProxy.Bench;

/// <summary>What the records of a request cost beside the request itself.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private const int Events = 500;

    private static readonly OutputTextDelta Delta = new(new ItemKey(1), 0, "some words", IsRefusal: false);

    private readonly RequestPrinter _printer = new();
    private ResponsesRequest _body = null!;
    private RequestPrint _before = null!;
    private RequestFingerprint _fingerprint = null!;

    /// <summary>Makes a request of 100 KB.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        using var read = MessagesRequest.Read(SampleRequest.Create(100 * 1024));
        _body = SampleTranslation.Translate(read).Body;
        _fingerprint = RequestFingerprint.Of(_body);
        _before = _printer.Of(_body, [], "account", null);
    }

    /// <summary>The first request of a lane: hashes and shapes. Returns the number of items.</summary>
    [Benchmark]
    public int FirstPrint() => _printer.Of(_body, [], "account", null).ItemCount;

    /// <summary>A later one: hashes, and shapes that are known already. Returns the number of items.</summary>
    [Benchmark]
    public int NextPrint() => _printer.Of(_body, [], "account", _before).ItemCount;

    /// <summary>The same where the request was counted before, as it is in the gateway. Returns the number of items.</summary>
    [Benchmark]
    public int NextPrintOfCounted() => _printer.Of(_body, [], "account", _before, _fingerprint).ItemCount;

    /// <summary>One event of a stream of 500. Returns how many were taken.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int TakeEvent()
    {
        var trail = new RequestTrail([], carriesUnknown: false);
        trail.Begin(_body, _body, _body, [], "account", TimeSpan.Zero);
        for (var i = 0; i < Events; i++)
        {
            trail.Take(Delta, "response.output_text.delta", 120, TimeSpan.FromMilliseconds(i));
        }

        return trail.Attempts[0].EventCount;
    }
}
