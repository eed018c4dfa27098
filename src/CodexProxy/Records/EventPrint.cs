using System.Collections.Concurrent;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>What an event of the upstream's stream was about.</summary>
internal enum EventSubject : byte
{
    /// <summary>No item.</summary>
    None,

    /// <summary>A message, before its phase is known.</summary>
    Message,

    /// <summary>A message that announces work.</summary>
    Commentary,

    /// <summary>The final answer.</summary>
    FinalAnswer,

    /// <summary>A part of a message in which the model declines.</summary>
    Refusal,

    /// <summary>Reasoning.</summary>
    Reasoning,

    /// <summary>A call of a function.</summary>
    Call,

    /// <summary>A call with free text.</summary>
    CustomCall,

    /// <summary>A hosted search.</summary>
    Search,

    /// <summary>A page that was opened.</summary>
    Page,

    /// <summary>An item of a kind that is not known here.</summary>
    Unknown,

    /// <summary>Bytes that were no event.</summary>
    Malformed,
}

/// <summary>One event of the upstream's stream, without its content.</summary>
/// <param name="Type">Index of its type, see <see cref="EventTypeNames"/>.</param>
/// <param name="Subject">What it was about.</param>
/// <param name="Item"><c>output_index</c>; -1 when it had none.</param>
/// <param name="Part">Index of the content or summary part.</param>
/// <param name="Length">Length of its text in characters.</param>
/// <param name="Size">Bytes of its JSON.</param>
/// <param name="At">Milliseconds since the attempt began.</param>
internal readonly record struct EventPrint(
    byte Type,
    EventSubject Subject,
    short Item,
    short Part,
    int Length,
    int Size,
    int At
)
{
    /// <summary>The print of an event.</summary>
    public static EventPrint Of(ResponseEvent e, byte type, int size, int at) =>
        e switch
        {
            OutputTextDelta text => Of(
                text.Key,
                text.IsRefusal ? EventSubject.Refusal : EventSubject.Message,
                text.ContentIndex,
                text.Delta.Length
            ),
            OutputTextDone text => Of(
                text.Key,
                text.IsRefusal ? EventSubject.Refusal : EventSubject.Message,
                text.ContentIndex,
                text.Text.Length
            ),
            CallInputDelta input => Of(input.Key, EventSubject.Call, 0, input.Delta.Length),
            CallInputDone input => Of(input.Key, EventSubject.Call, 0, input.Input.Length),
            SummaryTextDelta summary => Of(
                summary.Key,
                EventSubject.Reasoning,
                summary.SummaryIndex,
                summary.Delta.Length
            ),
            SummaryPartAdded part => Of(part.Key, EventSubject.Reasoning, part.SummaryIndex, 0),
            ReasoningTextDelta raw => Of(raw.Key, EventSubject.Reasoning, 0, raw.Delta.Length),
            AnnotationAdded note => Of(
                note.Key,
                EventSubject.Message,
                note.ContentIndex,
                note.Citation is null ? 0 : 1
            ),
            OutputItemAdded added => Of(added.Key, SubjectOf(added.Item), 0, LengthOf(added.Item)),
            OutputItemDone done => Of(done.Key, SubjectOf(done.Item), 0, LengthOf(done.Item)),
            MalformedEvent => new EventPrint(0, EventSubject.Malformed, -1, 0, 0, 0, 0),
            _ => new EventPrint(0, EventSubject.None, -1, 0, 0, 0, 0),
        } with
        {
            Type = type,
            Size = size,
            At = at,
        };

    private static EventPrint Of(in ItemKey key, EventSubject subject, int part, int length) =>
        new(
            0,
            subject,
            (short)Math.Clamp(key.Index ?? -1, -1, 30_000),
            (short)Math.Clamp(part, 0, 30_000),
            length,
            0,
            0
        );

    private static EventSubject SubjectOf(OutputItem item) =>
        item switch
        {
            OutputMessage { Phase: "commentary" } => EventSubject.Commentary,
            OutputMessage { Phase: "final_answer" } => EventSubject.FinalAnswer,
            OutputMessage => EventSubject.Message,
            OutputReasoning => EventSubject.Reasoning,
            OutputCall { IsCustom: true } => EventSubject.CustomCall,
            OutputCall => EventSubject.Call,
            OutputSearch { Action: { Type: not "search" } } => EventSubject.Page,
            OutputSearch => EventSubject.Search,
            _ => EventSubject.Unknown,
        };

    private static int LengthOf(OutputItem item) =>
        item switch
        {
            OutputMessage message => message.Content.Sum(part => part.Text.Length),
            OutputReasoning reasoning => reasoning.EncryptedContent?.Length ?? 0,
            OutputCall call => call.Input?.Length ?? 0,
            OutputSearch search => (search.Action?.Query ?? search.Action?.Url)?.Length ?? 0,
            _ => 0,
        };
}

/// <summary>The types of events as small numbers. New ones are learnt; there is room for as many as a byte counts.</summary>
internal static class EventTypeNames
{
    private static readonly ConcurrentDictionary<string, byte> Numbers = new(StringComparer.Ordinal);
    private static readonly string[] Names = new string[256];
    private static readonly Lock Gate = new();
    private static int _count;

    /// <summary>The type of an event: that of its line on the wire, else what its content says.</summary>
    public static string Of(ResponseEvent e, string wireType) =>
        wireType != "message"
            ? wireType
            : e switch
            {
                ResponseStarted => "response.created",
                OutputItemAdded => "response.output_item.added",
                OutputItemDone => "response.output_item.done",
                OutputTextDelta { IsRefusal: true } => "response.refusal.delta",
                OutputTextDelta => "response.output_text.delta",
                OutputTextDone { IsRefusal: true } => "response.refusal.done",
                OutputTextDone => "response.output_text.done",
                AnnotationAdded => "response.output_text.annotation.added",
                SummaryPartAdded => "response.reasoning_summary_part.added",
                SummaryTextDelta => "response.reasoning_summary_text.delta",
                ReasoningTextDelta => "response.reasoning_text.delta",
                CallInputDelta => "response.function_call_arguments.delta",
                CallInputDone => "response.function_call_arguments.done",
                ResponseCompleted => "response.completed",
                ResponseIncomplete => "response.incomplete",
                ResponseFailed => "response.failed",
                ErrorEvent => "error",
                RateLimitsEvent => "codex.rate_limits",
                MetadataEvent => "response.metadata",
                UnknownEvent unknown => unknown.Type,
                _ => "keepalive",
            };

    /// <summary>The number of a type.</summary>
    public static byte Number(string type) => Numbers.TryGetValue(type, out var known) ? known : Learn(type);

    /// <summary>The type of a number.</summary>
    public static string Name(byte number) => Volatile.Read(ref Names[number]) ?? LossPath.Hidden;

    private static byte Learn(string type)
    {
        lock (Gate)
        {
            if (Numbers.TryGetValue(type, out var known))
            {
                return known;
            }

            // The last number is for whatever comes when all others are given.
            if (_count >= byte.MaxValue)
            {
                return byte.MaxValue;
            }

            var number = (byte)_count++;
            Volatile.Write(ref Names[number], LossPath.Clean(type));
            Numbers[type] = number;
            return number;
        }
    }
}
