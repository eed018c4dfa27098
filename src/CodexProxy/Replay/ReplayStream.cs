using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Records;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Replay;

/// <summary>The events of one attempt, made anew with filler for content.</summary>
/// <param name="attempt">What was recorded.</param>
internal sealed class ReplayStream(ReplayAttempt attempt)
{
    // A recorded wait of this length was an idle limit; it is played as one, and never ends by itself.
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    private readonly Dictionary<int, string> _inputs = attempt
        .Events.Where(e => e.Subject == EventSubject.Call && e.Type.EndsWith(".delta", StringComparison.Ordinal))
        .GroupBy(e => e.Item)
        .ToDictionary(calls => calls.Key, calls => Filler.Json(calls.Sum(call => call.Length)));

    private readonly Dictionary<int, int> _inputSent = [];
    private readonly Dictionary<int, SortedDictionary<int, StringBuilder>> _texts = [];

    /// <summary>The turn of the simulator that plays them.</summary>
    public TurnPlan ToTurn()
    {
        var turn = Turn.RawSse(ReadOnlyMemory<byte>.Empty);
        var now = 0;
        foreach (var e in attempt.Events)
        {
            if (e.At > now)
            {
                turn = turn.Silence(TimeSpan.FromMilliseconds(e.At - now));
                now = e.At;
            }

            turn = turn.Raw(Line(e));
        }

        var ended = attempt.Events is [.., { Type: "response.completed" or "response.incomplete" }];
        return attempt.Failure is null && !ended && attempt.Terminal is not null
                ? turn.Raw(Line(Last(attempt.Terminal, now)))
            : (attempt.Failure is null && !ended) || attempt.Failure?.Kind == "Silence" ? turn.Silence(Forever)
            : turn;
    }

    // The events beyond what is kept are missing; what they led to is known.
    private static ReplayEvent Last(TerminalFacts terminal, int at) =>
        new(
            terminal.IncompleteReason is null ? "response.completed" : "response.incomplete",
            EventSubject.None,
            -1,
            0,
            0,
            0,
            at
        );

    private byte[] Line(ReplayEvent e)
    {
        var json = new ArrayBufferWriter<byte>(Math.Max(256, e.Size));
        if (e.Subject == EventSubject.Malformed)
        {
            json.Write("{"u8);
        }
        else
        {
            using var writer = new Utf8JsonWriter(json, Wire.WriterOptions);
            writer.WriteStartObject();
            writer.WriteString("type"u8, e.Type);
            WriteKey(writer, e);
            WriteContent(writer, e);
            Pad(writer, e.Size);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetBytes($"event: {e.Type}\ndata: {Encoding.UTF8.GetString(json.WrittenSpan)}\n\n");
    }

    private static void WriteKey(Utf8JsonWriter writer, ReplayEvent e)
    {
        if (e.Item >= 0)
        {
            writer.WriteNumber("output_index"u8, e.Item);
        }

        if (e.Subject is EventSubject.Message or EventSubject.Refusal)
        {
            writer.WriteNumber("content_index"u8, e.Part);
        }
        else if (e.Subject == EventSubject.Reasoning)
        {
            writer.WriteNumber("summary_index"u8, e.Part);
        }
    }

    private void WriteContent(Utf8JsonWriter writer, ReplayEvent e)
    {
        switch (e.Type)
        {
            case "response.created" or "response.in_progress" or "response.queued":
                writer.WriteStartObject("response"u8);
                writer.WriteString("id"u8, "resp_replay");
                writer.WriteString("model"u8, attempt.Terminal?.Model);
                writer.WriteEndObject();
                break;
            case "response.completed" or "response.incomplete":
                ReplayItems.WriteResponse(writer, attempt.Terminal);
                break;
            case "response.failed" when attempt.Failure is { } failure:
                writer.WriteStartObject("response"u8);
                FailureSample.For(failure).Write(writer);
                writer.WriteEndObject();
                break;
            case "error" when attempt.Failure is { } failure:
                WriteNumber(writer, failure.Status);
                FailureSample.For(failure).Write(writer);
                break;
            case "response.output_item.added":
                ReplayItems.WriteItem(writer, e, Name(e.Item), null, null);
                break;
            case "response.output_item.done":
                ReplayItems.WriteItem(writer, e, Name(e.Item), Texts(e), Input(e));
                break;
            case "response.output_text.annotation.added":
                ReplayItems.WriteAnnotation(writer, isCitation: e.Length > 0);
                break;
            default:
                WriteText(writer, e);
                break;
        }
    }

    private void WriteText(Utf8JsonWriter writer, ReplayEvent e)
    {
        var isDelta = e.Type.EndsWith(".delta", StringComparison.Ordinal);
        if (e.Subject == EventSubject.Call)
        {
            writer.WriteString(isDelta ? "delta"u8 : "arguments"u8, isDelta ? NextInput(e) : Input(e));
        }
        else if (isDelta)
        {
            var text = Filler.Text(e.Length);
            Part(e).Append(text);
            writer.WriteString("delta"u8, text);
        }
        else if (e.Type.EndsWith(".done", StringComparison.Ordinal) && e.Subject != EventSubject.None)
        {
            var sent = Part(e).ToString();
            writer.WriteString(
                e.Subject == EventSubject.Refusal ? "refusal"u8 : "text"u8,
                sent.Length == e.Length ? sent : Filler.Text(e.Length)
            );
        }
    }

    // All arguments of a call together must be JSON again, whatever pieces they came in.
    private string NextInput(ReplayEvent e)
    {
        var whole = _inputs[e.Item];
        var from = _inputSent.GetValueOrDefault(e.Item);
        _inputSent[e.Item] = from + e.Length;
        return whole.Substring(from, e.Length);
    }

    private string Input(ReplayEvent e) =>
        _inputs.TryGetValue(e.Item, out var whole) && whole.Length == e.Length ? whole : Filler.Json(e.Length);

    private List<string>? Texts(ReplayEvent e) =>
        _texts.TryGetValue(e.Item, out var parts) ? [.. parts.Values.Select(part => part.ToString())] : null;

    private StringBuilder Part(ReplayEvent e)
    {
        if (!_texts.TryGetValue(e.Item, out var parts))
        {
            _texts[e.Item] = parts = [];
        }

        return parts.TryGetValue(e.Part, out var part) ? part : parts[e.Part] = new StringBuilder();
    }

    private string Name(int item) => attempt.Calls.GetValueOrDefault(item) ?? Filler.Name("unknown");

    private static void WriteNumber(Utf8JsonWriter writer, int? status)
    {
        if (status is { } number)
        {
            writer.WriteNumber("status"u8, number);
        }
    }

    // The real service pads its events too, under this name.
    private static void Pad(Utf8JsonWriter writer, int size)
    {
        const int around = 20;
        var missing = size - around - (int)(writer.BytesCommitted + writer.BytesPending);
        if (missing > 0)
        {
            writer.WriteString("obfuscation"u8, new string('x', missing));
        }
    }
}
