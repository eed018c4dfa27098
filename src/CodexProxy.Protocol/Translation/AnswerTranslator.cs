using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Translates the upstream's events into the events of one answer in a client's protocol: a state machine without I/O,
/// tasks, logs or clocks. «The stream ended» is an input too. One instance serves one client request, over all its attempts;
/// it is not for use by several threads.
/// </summary>
public abstract class AnswerTranslator<TEvent> : IAnswerTranslator<TEvent>
{
    private readonly TranslationContext _context;
    private readonly ResponseTranslatorSettings _settings;
    private readonly AnswerEmitter<TEvent> _emitter;
    private readonly ToolUseIds _ids;
    private readonly TurnSummary _summary;
    private AnswerTotals? _earlier;
    private int _earlierCounted;
    private int _earlierContradictions;

    private protected AnswerTranslator(
        TranslationContext context,
        ResponseTranslatorSettings settings,
        AnswerEmitter<TEvent> emitter,
        Func<string, string> toClientId,
        TurnSummary summary
    )
    {
        _context = context;
        _settings = settings;
        _emitter = emitter;
        _ids = new ToolUseIds(context.UsedToolUseIds, toClientId);
        _summary = summary;
        Attempt = new ResponseAttempt(context, emitter, _ids, settings.AccountFingerprint);
    }

    /// <summary>What has to happen next.</summary>
    public TranslationState State { get; private protected set; }

    /// <summary>Set while the state is <see cref="TranslationState.Failed"/>.</summary>
    public TranslationFailure? Failure { get; private set; }

    /// <summary>Whether the answer has begun, so that a failure can no longer be told by a status.</summary>
    public bool Started => _emitter.Started;

    /// <summary>Whether content is out that a client keeps. What was only sent to break a silence does not count.</summary>
    public bool HasSentBlock => _emitter.HasSentBlock;

    /// <summary>Whether a text or call is out from start to end; clients keep those when the rest is lost.</summary>
    public bool HasFinishedBlock => _emitter.HasFinishedBlock;

    /// <summary>Whether a failed response lost nothing: all items are done, the last is a call or the final answer.</summary>
    public bool CanFinishAfterCut => State == TranslationState.Failed && HasFinishedBlock && Attempt.EndsWhole;

    /// <summary>Set once the answer has ended.</summary>
    public CompletedTurn? Turn { get; private set; }

    /// <summary>The model's output so far; appended to the original input for <see cref="TranslationState.Continue"/>.</summary>
    public IReadOnlyList<InputItem> OutputSoFar => _summary.Items;

    /// <summary>Items whose final form contradicted what had been streamed; the streamed form was kept.</summary>
    public int Contradictions => _earlierContradictions + Attempt.Contradictions;

    /// <summary>The response that is being read.</summary>
    private protected ResponseAttempt Attempt { get; private set; }

    /// <summary>Begins the answer before anything is known, because the client has waited long enough.</summary>
    public void Start(List<TEvent> output)
    {
        _emitter.Target(output);
        _emitter.Start();
    }

    /// <summary>Takes the next upstream event and appends what follows from it.</summary>
    public void Accept(ResponseEvent e, List<TEvent> output)
    {
        if (State != TranslationState.Running)
        {
            return;
        }

        _emitter.Target(output);
        switch (e)
        {
            case ResponseStarted started:
                Know(started.Response);
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
                Know(failed.Response);
                Refuse(code, failed.Message, output);
                break;
            case ErrorEvent { Code: { } code } error when StopReasons.IsPolicy(code):
                Refuse(code, error.Message, output);
                break;
            case ResponseFailed or ErrorEvent:
                Fail(e);
                break;
            default:
                Attempt.Accept(e);
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
    /// Begins the next attempt: after <see cref="TranslationState.Continue"/> the same answer goes on, otherwise what the
    /// last attempt left unsent is forgotten (a hidden retry).
    /// </summary>
    /// <param name="accountFingerprint">As in <see cref="ResponseTranslatorSettings"/>, of the account that serves now.</param>
    /// <exception cref="InvalidOperationException">The answer has ended, or output of a failed attempt is out.</exception>
    public void BeginAttempt(string? accountFingerprint)
    {
        var continues = State == TranslationState.Continue;
        if (State is TranslationState.Completed or TranslationState.Satisfied || (HasSentBlock && !continues))
        {
            throw new InvalidOperationException("Output of the last attempt has reached the client.");
        }

        if (continues)
        {
            _earlier = Totals();
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
        Attempt = new ResponseAttempt(_context, _emitter, _ids, accountFingerprint);
    }

    /// <summary>Ends the answer as it is: instead of continuing, of asking again, or of reporting a cut that lost nothing.</summary>
    /// <exception cref="InvalidOperationException">The state calls for none of these.</exception>
    public void Complete(List<TEvent> output)
    {
        if (State is not (TranslationState.Continue or TranslationState.Empty) && !CanFinishAfterCut)
        {
            throw new InvalidOperationException($"A translation that is {State} cannot be completed.");
        }

        _emitter.Target(output);
        Attempt.Searches.Resolve();
        Failure = null;
        Finish(StopReasons.Completed(Attempt.Refusal, _emitter.FinishedCalls > 0));
    }

    /// <summary>Ends the answer as a refusal. Policy failures are answers: repeating the request would not help.</summary>
    /// <param name="code">The policy's error code.</param>
    /// <param name="explanation">What the upstream said.</param>
    /// <param name="output">Takes the events.</param>
    public void Refuse(string code, string? explanation, List<TEvent> output)
    {
        _emitter.Target(output);
        _emitter.Start();
        _emitter.CloseOpen();
        var totals = Totals();
        if (Attempt.Response.Usage is null)
        {
            // A failed response charges no output, whatever part of it was seen.
            totals = totals with
            {
                Usage = totals.Usage with { OutputTokens = _earlier?.Usage.OutputTokens ?? 0 },
            };
        }

        End(StopReasons.Policy(code, explanation), totals);
    }

    /// <summary>Sends something that breaks a long silence where a mere sign of life would not do.</summary>
    /// <returns>False when there is nothing of the kind to send now.</returns>
    public abstract bool KeepThinkingAlive(List<TEvent> output);

    /// <summary>Ends the stream with an error. Open content stays open: nothing may look finished that is not.</summary>
    public abstract void WriteError(ClientError error, List<TEvent> output);

    /// <summary>Sends what the answer ends with.</summary>
    private protected abstract void WriteEnd(in Stop stop, AnswerTotals totals);

    private void Know(ResponseSnapshot response)
    {
        Attempt.Know(response);
        _emitter.Response = Attempt.Response;
    }

    private void EndCompleted(ResponseSnapshot response)
    {
        Know(response);
        Attempt.EndItems();
        if (_emitter.Ending is null && Attempt.Tracks.Count == 0 && !HasSentBlock)
        {
            State = TranslationState.Empty;
            return;
        }

        var refusal = Attempt.Refusal;
        if (response.EndTurn is false && _emitter is { Ending: null, FinishedCalls: 0 } && refusal is null)
        {
            var before = _summary.Items.Count;
            _summary.Add(Attempt.Tracks);
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
        Know(response);
        Attempt.EndItems();
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
            _summary.Add(Attempt.Tracks);
        }

        End(_emitter.Ending ?? stop, Totals());
    }

    private void End(in Stop stop, AnswerTotals totals)
    {
        WriteEnd(stop, totals);
        State = TranslationState.Completed;
        Turn = new CompletedTurn
        {
            ResponseId = Attempt.Response.Id,
            ServingModel = Attempt.Response.Model,
            Usage = Attempt.Response.Usage,
            StopReason = stop.Reason,
            Items = _summary.Items,
            Replay = _summary.Replay,
            ToolCalls = _emitter.FinishedCalls,
            WebSearchRequests = totals.Searches,
        };
    }

    private AnswerTotals Totals() =>
        AnswerTotals.Of(
            Attempt,
            _earlier,
            _settings.InputTokensEstimate,
            () => _emitter.OutputTokens - _earlierCounted
        );
}
