using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Translation;

/// <summary>Translates the upstream's events into the stream events of one message.</summary>
public sealed class ResponseTranslator : AnswerTranslator<StreamEvent>
{
    private readonly TranslationContext _context;
    private readonly ResponseTranslatorSettings _settings;
    private readonly BlockEmitter _emitter;

    /// <summary>Prepares the translation of the answer to one request.</summary>
    public ResponseTranslator(TranslationContext context, ResponseTranslatorSettings settings)
        : this(context, settings, new BlockEmitter(context, settings)) { }

    private ResponseTranslator(TranslationContext context, ResponseTranslatorSettings settings, BlockEmitter emitter)
        : base(context, settings, emitter, Identifiers.ToToolUseId, new TurnSummary())
    {
        _context = context;
        _settings = settings;
        _emitter = emitter;
    }

    /// <summary>
    /// Breaks a long silence: sends an empty thinking delta, in a block opened early if need be. A ping would not do, since
    /// client libraries swallow it before their idle timers see it.
    /// </summary>
    /// <returns>False when the first unfinished item is no reasoning, or thinking was not asked for.</returns>
    public override bool KeepThinkingAlive(List<StreamEvent> output)
    {
        _emitter.Target(output);
        return State == TranslationState.Running
            && _context.ThinkingRequested
            && (Attempt.IsReasoning || (Attempt.Tracks.Count == 0 && _emitter.HasUnclaimedThinking))
            && _emitter.KeepThinkingAlive();
    }

    /// <inheritdoc/>
    public override void WriteError(ClientError error, List<StreamEvent> output)
    {
        State = TranslationState.Failed;
        output.Add(new StreamEvent.Error(error.Type, error.Message, _settings.RequestId));
    }

    private protected override void WriteEnd(in Stop stop, AnswerTotals totals)
    {
        var isPriority = totals.ServiceTier == "priority";
        var usage = UsageTranslator.Translate(totals.Usage) with
        {
            WebSearchRequests = totals.Searches,
            WebFetchRequests = totals.Fetches,
            ServiceTier = isPriority ? "priority" : "standard",
            Speed = isPriority && _context.FastRequested ? "fast" : "standard",
        };
        var edits = _context.AppliedEdits.Select(ToClient).ToArray();
        _emitter.Emit(new StreamEvent.MessageDelta(stop.Reason, stop.Sequence, stop.Refusal, usage, edits));
        _emitter.Emit(StreamEvent.MessageStop.Instance);
    }

    private static AppliedContextEdit ToClient(AppliedEdit edit) =>
        new(edit.Type, edit.ClearedToolUses, edit.ClearedThinkingTurns, edit.ClearedInputTokens);
}
