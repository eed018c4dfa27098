using System.Buffers;
using BenchmarkDotNet.Attributes;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Bench;

/// <summary>A request from the client's bytes to the upstream's bytes: read, translated, written.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(2 * 1024 * 1024);
    private byte[] _request = [];
    private MessagesRequest? _read;
    private ResponsesRequest _translated = null!;

    /// <summary>Size of the request, in KB.</summary>
    [Params(5, 100, 1024)]
    public int Kilobytes { get; set; }

    /// <summary>Makes the request.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _request = SampleRequest.Create(Kilobytes * 1024);
        _read = MessagesRequest.Read(_request);
        _translated = SampleTranslation.Translate(_read).Body;
    }

    /// <summary>The values refer to their source.</summary>
    [GlobalCleanup]
    public void Release() => _read?.Dispose();

    /// <summary>Reads, translates, writes. Returns the bytes written.</summary>
    [Benchmark]
    public int Translate()
    {
        _output.ResetWrittenCount();
        using var request = MessagesRequest.Read(_request);
        OpenAIJson.Write(_output, SampleTranslation.Translate(request).Body);
        return _output.WrittenCount;
    }

    /// <summary>Reads only.</summary>
    [Benchmark]
    public int Read()
    {
        using var request = MessagesRequest.Read(_request);
        return request.Messages.Count;
    }

    /// <summary>Writes only.</summary>
    [Benchmark]
    public int Write()
    {
        _output.ResetWrittenCount();
        OpenAIJson.Write(_output, _translated);
        return _output.WrittenCount;
    }
}
