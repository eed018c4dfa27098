using System.Collections.Immutable;
using System.Text.Json;

namespace CodexProxy.Simulator.Scripting;

/// <summary>What the simulator does for one request, in order. Plans never change; each word gives a longer one.</summary>
/// <seealso cref="Turn"/>
public sealed record TurnPlan
{
    internal static TurnPlan Empty { get; } = new();

    internal ImmutableArray<TurnStep> Steps { get; private init; } = [];

    internal TurnEnding Ending { get; private init; } = new TurnEnding.Completed();

    internal HttpReply? Http { get; private init; }

    internal int? CutAfterEvents { get; private init; }

    internal int? ResetAfterEvents { get; private init; }

    internal bool OmitsUsage { get; private init; }

    internal PlannedUsage? ForcedUsage { get; private init; }

    internal bool IsVerbatim { get; private init; }

    internal ImmutableArray<KeyValuePair<string, string>> ExtraHeaders { get; private init; } = [];

    /// <summary>Thinks; each text is a summary part, shown only when the request asks for summaries. None: sealed only.</summary>
    public TurnPlan Reasoning(params string[] summaryParts) =>
        Add(new ReasoningStep([.. summaryParts.Select(part => Chunks.Of(part, Chunks.DefaultLength))]));

    /// <summary>Thinks, with the deltas of each summary part given.</summary>
    public TurnPlan ReasoningDeltas(params string[][] summaryParts) => Add(new ReasoningStep(summaryParts));

    /// <summary>Says its final answer, in deltas of <paramref name="chunkLength"/> characters.</summary>
    public TurnPlan Text(string text, int chunkLength = Chunks.DefaultLength) =>
        Message(Chunks.Of(text, chunkLength), "final_answer");

    /// <summary>Says its final answer in these deltas.</summary>
    public TurnPlan TextDeltas(params string[] deltas) => Message(deltas, "final_answer");

    /// <summary>Says something with marks that name pages.</summary>
    public TurnPlan Cited(string text, params Citation[] citations) =>
        Add(new MessageStep(Chunks.Of(text, Chunks.DefaultLength), "final_answer", citations, IsOpen: false));

    /// <summary>Says what it is about to do.</summary>
    public TurnPlan Commentary(params string[] deltas) => Message(deltas, "commentary");

    /// <summary>Begins an answer and never finishes it.</summary>
    public TurnPlan PartialText(params string[] deltas) =>
        Add(new MessageStep(deltas, "final_answer", [], IsOpen: true));

    /// <summary>Declines in these deltas.</summary>
    public TurnPlan Refusal(params string[] deltas) => Add(new RefusalStep(deltas));

    /// <summary>Calls a function.</summary>
    /// <param name="name">The function.</param>
    /// <param name="argumentsJson">Its arguments as JSON text.</param>
    /// <param name="chunkLength">Characters per delta.</param>
    public TurnPlan Call(string name, string argumentsJson, int chunkLength = Chunks.DefaultLength) =>
        Calls(PlannedCall.Of(name, argumentsJson, chunkLength));

    /// <summary>Calls a function with arguments that are all strings.</summary>
    public TurnPlan Call(string name, params (string Name, string Value)[] arguments) =>
        Call(
            name,
            writer =>
            {
                foreach (var (key, value) in arguments)
                {
                    writer.WriteString(key, value);
                }
            }
        );

    /// <summary>Calls a function with arguments written member by member.</summary>
    public TurnPlan Call(string name, Action<Utf8JsonWriter> writeArguments) =>
        Call(name, HttpReply.JsonText(writeArguments));

    /// <summary>Calls functions one after the other, as the real service streams parallel calls.</summary>
    public TurnPlan Calls(params PlannedCall[] calls) =>
        this with
        {
            Steps = Steps.AddRange(calls.Select(call => new CallsStep([call]))),
        };

    /// <summary>Calls functions whose deltas come interleaved.</summary>
    public TurnPlan Interleaved(params PlannedCall[] calls) => Add(new CallsStep(calls));

    /// <summary>Calls a tool with free-form input.</summary>
    public TurnPlan CustomCall(string name, params string[] deltas) => Add(new CustomCallStep(name, deltas));

    /// <summary>Searches the web; the sources are told when the request includes them.</summary>
    public TurnPlan WebSearch(string query, params Source[] sources) => Add(new SearchStep(query, null, sources));

    /// <summary>Opens a page found by a hosted search.</summary>
    public TurnPlan OpenPage(string url) => Add(new SearchStep(null, url, []));

    /// <summary>Gives the sealed form of the history.</summary>
    public TurnPlan Compaction() => Add(new CompactionStep());

    /// <summary>Sends a <c>keepalive</c> event.</summary>
    public TurnPlan Keepalive() => Add(new EventStep("keepalive", "", IsNumbered: true));

    /// <summary>Sends an event of any type.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="members">Further members as JSON text without braces.</param>
    /// <param name="isNumbered">Whether it carries a sequence number.</param>
    public TurnPlan Event(string type, string members = "", bool isNumbered = true) =>
        Add(new EventStep(type, members, isNumbered));

    /// <summary>Sends a comment line.</summary>
    public TurnPlan Comment(string text) => Raw(System.Text.Encoding.UTF8.GetBytes($": {text}\n\n"));

    /// <summary>Sends bytes as they are.</summary>
    public TurnPlan Raw(ReadOnlyMemory<byte> bytes) => Add(new RawStep(bytes));

    /// <summary>Says nothing for a while on the simulator's clock.</summary>
    public TurnPlan Silence(TimeSpan length) => Add(new SilenceStep(length));

    /// <summary>Waits until a test opens the gate.</summary>
    public TurnPlan Hold(Gate gate) => Add(new GateStep(gate));

    /// <summary>Ends with <c>response.incomplete</c>, for <c>max_output_tokens</c> or <c>content_filter</c>.</summary>
    public TurnPlan EndsIncomplete(string reason = "max_output_tokens") =>
        this with
        {
            Ending = new TurnEnding.Incomplete(reason),
        };

    /// <summary>Ends with <c>response.failed</c>.</summary>
    public TurnPlan Fails(string? code, string message = "Simulated failure.", Action<Utf8JsonWriter>? more = null) =>
        this with
        {
            Ending = new TurnEnding.Failed(code, message, more),
        };

    /// <summary>Fails as a model at capacity does: inside a stream that began well.</summary>
    public TurnPlan OverloadInside200() =>
        Fails("server_is_overloaded", "Selected model is at capacity. Please try a different model.");

    /// <summary>Ends with an <c>error</c> event that carries a status, an error object and headers.</summary>
    public TurnPlan ErrorEvent(HttpReply reply) => this with { Ending = new TurnEnding.HttpError(reply) };

    /// <summary>Ends with an <c>error</c> event that carries only code and message.</summary>
    public TurnPlan ErrorEvent(string code, string message = "Simulated stream error.") =>
        this with
        {
            Ending = new TurnEnding.FlatError(code, message),
        };

    /// <summary>Ends the stream cleanly after that many numbered events, without a terminal one.</summary>
    public TurnPlan CutAfter(int events) => this with { CutAfterEvents = events };

    /// <summary>Ends the stream cleanly after the last step, without a terminal event.</summary>
    public TurnPlan EndsWithoutTerminal() => this with { Ending = new TurnEnding.Nothing() };

    /// <summary>Tears the connection down after that many numbered events; 0 before any answer.</summary>
    public TurnPlan ResetConnection(int afterEvents = 0) => this with { ResetAfterEvents = afterEvents };

    /// <summary>Leaves <c>usage</c> null in the terminal event.</summary>
    public TurnPlan OmitUsage() => this with { OmitsUsage = true };

    /// <summary>Reports these figures instead of the estimate.</summary>
    public TurnPlan Usage(int input, int cached, int output, int reasoning = 0, int? cacheWrite = null) =>
        this with
        {
            ForcedUsage = new PlannedUsage(input, cached, output, reasoning, cacheWrite),
        };

    /// <summary>Completes with <c>end_turn:false</c>: the model wants to go on.</summary>
    public TurnPlan EndTurnFalse() => this with { Ending = new TurnEnding.Completed(EndTurn: false) };

    /// <summary>Adds a header to the answer.</summary>
    public TurnPlan Header(string name, string value) =>
        this with
        {
            ExtraHeaders = ExtraHeaders.Add(new(name, value)),
        };

    internal TurnPlan Answers(HttpReply reply) => this with { Http = reply };

    internal TurnPlan Verbatim(ReadOnlyMemory<byte> stream) => Raw(stream) with { IsVerbatim = true };

    private TurnPlan Message(IReadOnlyList<string> deltas, string phase) =>
        Add(new MessageStep(deltas, phase, [], IsOpen: false));

    private TurnPlan Add(TurnStep step) => this with { Steps = Steps.Add(step) };
}

/// <summary>Usage figures that a script fixes.</summary>
internal sealed record PlannedUsage(int Input, int Cached, int Output, int Reasoning, int? CacheWrite);
