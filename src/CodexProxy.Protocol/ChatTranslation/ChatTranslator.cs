using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Translates the upstream's events into the chunks of one completion.</summary>
public sealed class ChatTranslator : AnswerTranslator<ChatChunk>
{
    private readonly TranslationContext _context;
    private readonly ChatEmitter _emitter;

    /// <summary>Prepares the translation of the answer to one request.</summary>
    public ChatTranslator(TranslationContext context, ResponseTranslatorSettings settings)
        : this(context, settings, new ChatEmitter(context, settings)) { }

    private ChatTranslator(TranslationContext context, ResponseTranslatorSettings settings, ChatEmitter emitter)
        : base(context, settings, emitter, Identifiers.ToCallId, new TurnSummary(joinsTexts: true))
    {
        _context = context;
        _emitter = emitter;
    }

    /// <summary>Nothing beyond a comment: these clients' idle timers see bytes, whatever they say.</summary>
    /// <returns>Always false.</returns>
    public override bool KeepThinkingAlive(List<ChatChunk> output) => false;

    /// <summary>Ends the stream with an error, and without <c>[DONE]</c>.</summary>
    public override void WriteError(ClientError error, List<ChatChunk> output)
    {
        State = TranslationState.Failed;
        output.Add(new ChatChunk.Error(ChatFailures.Translate(error)));
    }

    private protected override void WriteEnd(in Stop stop, AnswerTotals totals)
    {
        // A policy's words are not the model's: they have not been sent yet.
        if (stop is { ByModel: false, Refusal.Explanation: { Length: > 0 } explanation })
        {
            _emitter.Change(new ChatDelta { Refusal = explanation });
        }

        _emitter.Emit(new ChatChunk.Delta(_emitter.Head, ChatDelta.None, FinishReason(stop), totals.ServiceTier));
        if (_context.IncludeUsage)
        {
            var usage = totals.Usage;
            _emitter.Emit(
                new ChatChunk.Usage(
                    _emitter.Head,
                    new ChatUsage(
                        usage.InputTokens,
                        usage.CachedTokens,
                        usage.CacheWriteTokens,
                        usage.OutputTokens,
                        usage.ReasoningTokens
                    ),
                    totals.ServiceTier
                )
            );
        }

        _emitter.Emit(ChatChunk.Done.Instance);
    }

    private string FinishReason(in Stop stop) =>
        stop.Reason switch
        {
            StopReason.ToolUse => _context.LegacyFunctions ? ChatFinishReason.FunctionCall : ChatFinishReason.ToolCalls,
            StopReason.MaxTokens or StopReason.ContextWindowExceeded => ChatFinishReason.Length,
            StopReason.Refusal when !stop.ByModel => ChatFinishReason.ContentFilter,
            _ => ChatFinishReason.Stop,
        };
}
