using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Translates the upstream's events into the stream events of one message: a state machine without I/O, tasks, logs or
/// clocks. «The stream ended» is an input too. One instance serves one client request, over all its attempts; it is not
/// for use by several threads.
/// </summary>
public sealed class ResponseTranslator : IAnswerTranslator<StreamEvent>
{
    private readonly TranslationContext _context;
    private readonly ResponseTranslatorSettings _settings;
    private readonly BlockEmitter _emitter;
    private readonly ToolUseIds _ids;
    private readonly TurnSummary _summary = new();
    private ResponseAttempt _attempt;
    private MessageUsage? _earlier;
    private int _earlierCounted;
    private int _earlierContradictions;

    /// <summary>Prepares the translation of the answer to one request.</summary>
    public ResponseTranslator(TranslationContext context, ResponseTranslatorSettings settings)
    {
        _context = context;
        _settings = settings;
        _emitter = new BlockEmitter(context, settings);
        _ids = new ToolUseIds(context.UsedToolUseIds);
        _attempt = new ResponseAttempt(context, _emitter, _ids, settings.AccountFingerprint);
    }

    /// <summary>What has to happen next.</summary>
    public TranslationState State { get; private set; }

    /// <summary>Set while the state is <see cref="TranslationState.Failed"/>.</summary>
    public TranslationFailure? Failure { get; private set; }

    /// <summary>Whether <c>message_start</c> is out, so that a failure can no longer be told by a status.</summary>
    public bool Started => _emitter.Started;

    /// <summary>Whether a block is out. A thinking block opened only to break a silence does not count.</summary>
    public bool HasSentBlock => _emitter.HasSentBlock;

    /// <summary>Whether a text or tool block is out from start to end; clients keep those when the rest is lost.</summary>
    public bool HasFinishedBlock => _emitter.HasFinishedBlock;

    /// <summary>Whether a failed response lost nothing: all items are done, the last is a call or the final answer.</summary>
    public bool CanFinishAfterCut => State == TranslationState.Failed && HasFinishedBlock && _attempt.EndsWhole;

    /// <summary>Set once the message has ended.</summary>
    public CompletedTurn? Turn { get; private set; }

    /// <summary>The model's output so far; appended to the original input for <see cref="TranslationState.Continue"/>.</summary>
    public IReadOnlyList<InputItem> OutputSoFar => _summary.Items;

    /// <summary>Items whose final form contradicted what had been streamed; the streamed form was kept.</summary>
    public int Contradictions => _earlierContradictions + _attempt.Contradictions;

    /// <summary>Begins the message before anything is known, because the client has waited long enough.</summary>
    public void Start(List<StreamEvent> output)
    {
        _emitter.Target(output);
        _emitter.Start();
    }

    /// <summary>Takes the next upstream event and appends what follows from it.</summary>
    public void Accept(ResponseEvent e, List<StreamEvent> output)
    {
        if (State != TranslationState.Running)
        {
            return;
        }

        _emitter.Target(output);
        switch (e)
        {
            case ResponseStarted started:
                _attempt.Know(started.Response);
                break;
            case ResponseCompleted { Response.IncompleteReason: null } completed:
                EndCompleted(completed.Response);
                break;
            case ResponseCompleted completed:
                EndIncomplete(completed.Response);
                break;
            case ResponseIncomplete incomplete:
                EndIncomplete(incomplete.Response);
                break;
            case ResponseFailed { Code: { } code } failed when StopReasons.IsPolicy(code):
                _attempt.Know(failed.Response);
                Refuse(code, failed.Message, output);
                break;
            case ErrorEvent { Code: { } code } error when StopReasons.IsPolicy(code):
                Refuse(code, error.Message, output);
                break;
            case ResponseFailed or ErrorEvent:
                Fail(e);
                break;
            default:
                _attempt.Accept(e);
                if (_emitter.Ending is { } ending)
                {
                    Finish(ending);
                    State = TranslationState.Satisfied;
                }

                break;
        }
    }

    /// <summary>The upstream's stream ended. Without a terminal event that is a failure.</summary>
    public void EndOfStream()
    {
        if (State == TranslationState.Running)
        {
            Fail(null);
        }
    }

    /// <summary>
    /// Begins the next attempt: after <see cref="TranslationState.Continue"/> the same message goes on, otherwise what the
    /// last attempt left unsent is forgotten (a hidden retry).
    /// </summary>
    /// <param name="accountFingerprint">As in <see cref="ResponseTranslatorSettings"/>, of the account that serves now.</param>
    /// <exception cref="InvalidOperationException">The message has ended, or output of a failed attempt is out.</exception>
    public void BeginAttempt(string? accountFingerprint)
    {
        var continues = State == TranslationState.Continue;
        if (State is TranslationState.Completed or TranslationState.Satisfied || (HasSentBlock && !continues))
        {
            throw new InvalidOperationException("Output of the last attempt has reached the client.");
        }

        if (continues)
        {
            _earlier = TotalUsage();
            _earlierCounted = _emitter.OutputTokens;
            _earlierContradictions = Contradictions;
        }
        else
        {
            _ids.Clear();
        }

        State = TranslationState.Running;
        Failure = null;
        _emitter.BeginAttempt();
        _attempt = new ResponseAttempt(_context, _emitter, _ids, accountFingerprint);
    }

    /// <summary>
    /// Breaks a long silence: sends an empty thinking delta, in a block opened early if need be. A ping would not do, since
    /// client libraries swallow it before their idle timers see it.
    /// </summary>
    /// <returns>False when the first unfinished item is no reasoning, or thinking was not asked for.</returns>
    public bool KeepThinkingAlive(List<StreamEvent> output)
    {
        _emitter.Target(output);
        return State == TranslationState.Running
            && _context.ThinkingRequested
            && (_attempt.IsReasoning || (_attempt.Tracks.Count == 0 && _emitter.HasUnclaimedThinking))
            && _emitter.KeepThinkingAlive();
    }

    /// <summary>Ends the message as it is: instead of continuing, of asking again, or of reporting a cut that lost nothing.</summary>
    /// <exception cref="InvalidOperationException">The state calls for none of these.</exception>
    public void Complete(List<StreamEvent> output)
    {
        if (State is not (TranslationState.Continue or TranslationState.Empty) && !CanFinishAfterCut)
        {
            throw new InvalidOperationException($"A translation that is {State} cannot be completed.");
        }

        _emitter.Target(output);
        _attempt.Searches.Resolve();
        Failure = null;
        Finish(StopReasons.Completed(_attempt.Refusal, _emitter.FinishedCalls > 0));
    }

    /// <summary>Ends the message as a refusal. Policy failures are answers: repeating the request would not help.</summary>
    /// <param name="code">The policy's error code.</param>
    /// <param name="explanation">What the upstream said.</param>
    /// <param name="output">Takes the events.</param>
    public void Refuse(string code, string? explanation, List<StreamEvent> output)
    {
        _emitter.Target(output);
        _emitter.Start();
        _emitter.CloseOpen();
        var usage = TotalUsage();
        if (_attempt.Response.Usage is null)
        {
            // A failed response charges no output, whatever part of it was seen.
            usage = usage with
            {
                OutputTokens = _earlier?.OutputTokens ?? 0,
            };
        }

        WriteEnd(StopReasons.Policy(code, explanation), usage);
    }

    /// <summary>Ends the stream with an error event. Open blocks stay open: nothing may look finished that is not.</summary>
    public void WriteError(ClientError error, List<StreamEvent> output)
    {
        State = TranslationState.Failed;
        output.Add(new StreamEvent.Error(error.Type, error.Message, _settings.RequestId));
    }

    private void EndCompleted(ResponseSnapshot response)
    {
        _attempt.Know(response);
        _attempt.EndItems();
        if (_emitter.Ending is null && _attempt.Tracks.Count == 0 && !HasSentBlock)
        {
            State = TranslationState.Empty;
            return;
        }

        var refusal = _attempt.Refusal;
        if (response.EndTurn is false && _emitter is { Ending: null, FinishedCalls: 0 } && refusal is null)
        {
            var before = _summary.Items.Count;
            _summary.Add(_attempt.Tracks);
            if (_summary.Items.Count > before)
            {
                State = TranslationState.Continue;
                return;
            }
        }

        Finish(StopReasons.Completed(refusal, _emitter.FinishedCalls > 0));
    }

    private void EndIncomplete(ResponseSnapshot response)
    {
        _attempt.Know(response);
        _attempt.EndItems();
        Finish(StopReasons.Incomplete(response.IncompleteReason));
    }

    private void Fail(ResponseEvent? e)
    {
        State = TranslationState.Failed;
        Failure = new TranslationFailure(e);
    }

    private void Finish(Stop stop)
    {
        _emitter.Start();
        _emitter.CloseOpen();
        if (State != TranslationState.Continue)
        {
            _summary.Add(_attempt.Tracks);
        }

        WriteEnd(_emitter.Ending ?? stop, TotalUsage());
    }

    private void WriteEnd(Stop stop, MessageUsage usage)
    {
        var edits = _context.AppliedEdits.Select(ToClient).ToArray();
        _emitter.Emit(new StreamEvent.MessageDelta(stop.Reason, stop.Sequence, stop.Refusal, usage, edits));
        _emitter.Emit(StreamEvent.MessageStop.Instance);
        State = TranslationState.Completed;
        Turn = new CompletedTurn
        {
            ResponseId = _attempt.Response.Id,
            ServingModel = _attempt.Response.Model,
            Usage = _attempt.Response.Usage,
            Items = _summary.Items,
            Replay = _summary.Replay,
            ToolCalls = _emitter.FinishedCalls,
            WebSearchRequests = usage.WebSearchRequests,
        };
    }

    private static AppliedContextEdit ToClient(AppliedEdit edit) =>
        new(edit.Type, edit.ClearedToolUses, edit.ClearedThinkingTurns, edit.ClearedInputTokens);

    // Input counts are those of the last request, which holds the earlier ones; output is the sum.
    private MessageUsage TotalUsage()
    {
        var response = _attempt.Response;
        var usage = response.Usage is { } counted
            ? UsageTranslator.Translate(counted)
            : UsageTranslator.Estimate(_settings.InputTokensEstimate, _emitter.OutputTokens - _earlierCounted);
        var isPriority = response.ServiceTier == "priority";
        return usage with
        {
            OutputTokens = usage.OutputTokens + (_earlier?.OutputTokens ?? 0),
            ThinkingTokens = usage.ThinkingTokens + (_earlier?.ThinkingTokens ?? 0),
            WebSearchRequests = _attempt.Searches.Searches + (_earlier?.WebSearchRequests ?? 0),
            WebFetchRequests = _attempt.Searches.Fetches + (_earlier?.WebFetchRequests ?? 0),
            ServiceTier = isPriority ? "priority" : "standard",
            Speed = isPriority && _context.FastRequested ? "fast" : "standard",
        };
    }
}
