using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using CodexProxy.Codex;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Bench;

/// <summary>
/// A stream of 2,000 deltas from the upstream's event data to the client's bytes: read, translated, written. Figures are per
/// event.
/// </summary>
[MemoryDiagnoser]
public class StreamBenchmarks
{
    private const int Deltas = 2000;
    private const int Events = Deltas + 5;
    private const string Place = "\"item_id\":\"msg_0123456789abcdef\",\"output_index\":0,\"content_index\":0";

    private readonly byte[][] _events = [.. Stream().Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _body = [.. Stream().SelectMany(data => Encoding.UTF8.GetBytes($"data: {data}\n\n"))];
    private readonly ArrayBufferWriter<byte> _output = new(1024 * 1024);
    private readonly List<StreamEvent> _translated = [];
    private TranslationContext _context = null!;

    /// <summary>Makes the context of the answer.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        using var request = MessagesRequest.Read(SampleRequest.Create(5 * 1024));
        _context = SampleTranslation.Translate(request).Context;
    }

    /// <summary>Reads, translates and writes all events. Returns the bytes written.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Translate()
    {
        _output.ResetWrittenCount();
        var translator = new ResponseTranslator(
            _context,
            new ResponseTranslatorSettings
            {
                RequestId = "req_0123456789",
                InputTokensEstimate = 1000,
                CountTokens = static text => text.Length / 4,
            }
        );
        using var writer = new StreamEventWriter();
        foreach (var data in _events)
        {
            translator.Accept(ResponseEventReader.Read(data), _translated);
            foreach (var streamEvent in _translated)
            {
                writer.Write(_output, streamEvent);
            }

            _translated.Clear();
        }

        return _output.WrittenCount;
    }

    /// <summary>Reads only.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Read()
    {
        var count = 0;
        foreach (var data in _events)
        {
            count += ResponseEventReader.Read(data) is OutputTextDelta ? 1 : 0;
        }

        return count;
    }

    /// <summary>Reads, from the body of the upstream's answer: frames, events, and their order.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public async Task<int> Receive()
    {
        using var response = new HttpResponseMessage();
        await using var body = new IdleGuardedStream(
            new MemoryStream(_body),
            TimeSpan.FromMinutes(5),
            TimeProvider.System
        );
        await using var stream = new CodexStream(response, body, CancellationToken.None);
        var count = 0;
        while (await stream.NextAsync())
        {
            count += stream.Current is OutputTextDelta ? 1 : 0;
        }

        return count;
    }

    private static IEnumerable<string> Stream()
    {
        yield return """{"type":"response.created","sequence_number":0,"response":{"id":"resp_0123","status":"in_progress","model":"gpt-5.5"}}""";
        yield return """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_0123456789abcdef","type":"message","status":"in_progress","role":"assistant","content":[]}}""";
        var text = new StringBuilder();
        for (var i = 0; i < Deltas; i++)
        {
            var delta = string.Create(CultureInfo.InvariantCulture, $" word{i % 97}");
            text.Append(delta);
            yield return $"{{\"type\":\"response.output_text.delta\",\"sequence_number\":{i + 2},{Place},\"delta\":\"{delta}\",\"logprobs\":[],\"obfuscation\":\"pZ3uQ7vK\"}}";
        }

        yield return $"{{\"type\":\"response.output_text.done\",\"sequence_number\":2002,{Place},\"text\":\"{text}\"}}";
        yield return $"{{\"type\":\"response.output_item.done\",\"sequence_number\":2003,\"output_index\":0,\"item\":{{\"id\":\"msg_0123456789abcdef\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{{\"type\":\"output_text\",\"annotations\":[],\"text\":\"{text}\"}}]}}}}";
        yield return """{"type":"response.completed","sequence_number":2004,"response":{"id":"resp_0123","status":"completed","model":"gpt-5.5","output":[],"usage":{"input_tokens":1000,"input_tokens_details":{"cached_tokens":0},"output_tokens":2000,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":3000}}}""";
    }
}
