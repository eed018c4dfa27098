using BenchmarkDotNet.Attributes;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tokens;

namespace CodexProxy.Bench;

/// <summary>The token estimate of a 100 KB request: never seen, seen before, and as the next turn of a counted conversation.</summary>
[MemoryDiagnoser]
public class TokenBenchmarks
{
    private readonly RequestTokenCounter _warm = new(new TokenCounter());
    private ResponsesRequest _request = null!;
    private CodexModel _model = null!;
    private UsageCalibration _calibration = null!;
    private MessagesRequest? _source;

    /// <summary>Translates the request and teaches the calibration its size.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _source = MessagesRequest.Read(SampleRequest.Create(100 * 1024));
        var translated = SampleTranslation.Translate(_source);
        _request = translated.Body;
        _model = translated.Context.Model;
        _calibration = new UsageCalibration(_warm);
        _calibration.Learn(_calibration.Count(_request, _model, "lane"), _model, "lane", 25_000, 100);
    }

    /// <summary>The request's values refer to its source.</summary>
    [GlobalCleanup]
    public void Release() => _source?.Dispose();

    /// <summary>Counts every text anew.</summary>
    [Benchmark]
    public int Cold() => new RequestTokenCounter(new TokenCounter()).Count(_request, _model);

    /// <summary>Counts texts that were counted before.</summary>
    [Benchmark]
    public int Warm() => _warm.Count(_request, _model);

    /// <summary>Estimates from what the upstream said last.</summary>
    [Benchmark]
    public int Anchored() => _calibration.Estimate(_request, _model, "lane");
}
