using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace CodexProxy.Simulator.Streaming;

/// <summary>A stream built once and played for every request: cheap enough to be the upstream of a load test.</summary>
public sealed class LoadReply
{
    private readonly ReadOnlyMemory<byte> _head;
    private readonly ReadOnlyMemory<byte>[] _deltas;
    private readonly ReadOnlyMemory<byte> _tail;

    /// <param name="deltas">Text deltas per reply.</param>
    /// <param name="delay">Time between two deltas; zero sends them as fast as the line takes them.</param>
    /// <param name="deltaText">Text of each delta.</param>
    public LoadReply(int deltas = 100, TimeSpan delay = default, string deltaText = "word ")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deltas);
        Delay = delay;
        _head = Encoding.UTF8.GetBytes(string.Concat(LoadStream.Head()));
        _deltas = new ReadOnlyMemory<byte>[deltas];
        for (var i = 0; i < deltas; i++)
        {
            _deltas[i] = Encoding.UTF8.GetBytes(LoadStream.Delta(i, deltaText));
        }

        var text = string.Concat(Enumerable.Repeat(deltaText, deltas));
        _tail = Encoding.UTF8.GetBytes(string.Concat(LoadStream.Tail(deltas, text)));
    }

    /// <summary>Deltas per reply.</summary>
    public int Deltas => _deltas.Length;

    /// <summary>Time between two deltas.</summary>
    public TimeSpan Delay { get; }

    internal async Task PlayAsync(PipeWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        await output.WriteAsync(_head, cancellationToken);
        foreach (var delta in _deltas)
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, clock, cancellationToken);
            }

            await output.WriteAsync(delta, cancellationToken);
        }

        await output.WriteAsync(_tail, cancellationToken);
    }
}

/// <summary>The events of the prebuilt stream.</summary>
internal static class LoadStream
{
    private const string Place = "\"item_id\":\"msg_load\",\"output_index\":0,\"content_index\":0";
    private const int HeadEvents = 4;

    public static IEnumerable<string> Head()
    {
        yield return Event("response.created", 0, Response("in_progress", "null"));
        yield return Event("response.in_progress", 1, Response("in_progress", "null"));
        yield return Event(
            "response.output_item.added",
            2,
            """
            "output_index":0,"item":{"id":"msg_load","type":"message","status":"in_progress","role":"assistant","phase":"final_answer","content":[]}
            """
        );
        yield return Event("response.content_part.added", 3, $"{Place},\"part\":{Part("")}");
    }

    public static string Delta(int index, string text) =>
        Event(
            "response.output_text.delta",
            HeadEvents + index,
            $"{Place},\"delta\":{Quoted(text)},\"logprobs\":[],\"obfuscation\":\"pZ3uQ7vK\""
        );

    public static IEnumerable<string> Tail(int deltas, string text)
    {
        var number = HeadEvents + deltas;
        yield return Event("response.output_text.done", number, $"{Place},\"text\":{Quoted(text)},\"logprobs\":[]");
        yield return Event("response.content_part.done", number + 1, $"{Place},\"part\":{Part(text)}");
        yield return Event(
            "response.output_item.done",
            number + 2,
            $"\"output_index\":0,\"item\":{{\"id\":\"msg_load\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"phase\":\"final_answer\",\"content\":[{Part(text)}]}}"
        );
        var usage = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"input_tokens\":25000,\"input_tokens_details\":{{\"cached_tokens\":24064}},\"output_tokens\":{deltas},\"output_tokens_details\":{{\"reasoning_tokens\":0}},\"total_tokens\":{25000 + deltas}}}"
        );
        yield return Event("response.completed", number + 3, Response("completed", usage));
    }

    private static string Event(string type, int number, string members) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{number},{members}}}\n\n"
        );

    private static string Response(string status, string usage) =>
        $"\"response\":{{\"id\":\"resp_load\",\"object\":\"response\",\"created_at\":1795219200,\"status\":\"{status}\",\"error\":null,\"incomplete_details\":null,\"model\":\"gpt-5.5\",\"output\":[],\"usage\":{usage}}}";

    private static string Part(string text) =>
        $"{{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":{Quoted(text)}}}";

    private static string Quoted(string text) =>
        $"\"{System.Text.Encodings.Web.JavaScriptEncoder.Default.Encode(text)}\"";
}
