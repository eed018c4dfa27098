using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>
/// Passes the upstream's events on. Private ones are left out; numbers begin at 0; responses carry the client's settings and
/// their output; a response that the model wants to go on with is one with what follows. Events are held back until the
/// first that brings content, so that an early failure has a status of its own and may be repeated in silence.
/// </summary>
public sealed class ResponsesTranslator(ResponseTranslatorSettings settings, ResponsesAnswer answer)
    : IAnswerTranslator<ResponsesEvent>
{
    private readonly ResponseComposer _composer = new(answer.Echo);
    private readonly EarlierOutput _earlier = new();
    private ResponsesAttempt _attempt = new();
    private string? _id;
    private int _sequence;
    private bool _continued;
    private bool _began;

    /// <inheritdoc/>
    public TranslationState State { get; private set; }

    /// <inheritdoc/>
    public TranslationFailure? Failure { get; private set; }

    /// <inheritdoc/>
    public bool Started => _began || HasSentBlock;

    /// <inheritdoc/>
    public bool HasSentBlock { get; private set; }

    /// <inheritdoc/>
    public bool HasFinishedBlock => HasSentBlock && (_earlier.Items.Count > 0 || _attempt.HasFinished);

    /// <inheritdoc/>
    public bool CanFinishAfterCut => State == TranslationState.Failed && HasSentBlock && _attempt.EndsWhole;

    /// <inheritdoc/>
    public CompletedTurn? Turn { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<InputItem> OutputSoFar => [.. ItemReader.Keep(_earlier.Items).Select(kept => kept.Item)];

    /// <inheritdoc/>
    public void Start(List<ResponsesEvent> output)
    {
        _began = true;
        output.Add(ResponsesEvent.KeepAlive);
    }

    /// <inheritdoc/>
    public void Accept(ResponseEvent e, List<ResponsesEvent> output)
    {
        if (
            State != TranslationState.Running
            || e is not RawEvent raw
            || raw.Event is MalformedEvent
            || EventText.Find(raw.Json) is not { } text
            || text.Type.StartsWith("codex.", StringComparison.Ordinal)
        )
        {
            return;
        }

        switch (raw.Event)
        {
            case ResponseStarted started:
                _attempt.Know(text, started.Response);
                _id ??= started.Response.Id;
                if (!_continued)
                {
                    Pass(text, output);
                }

                break;
            case ResponseCompleted completed:
                End(text, completed.Response, completed.Response.EndTurn is false, output);
                break;
            case ResponseIncomplete incomplete:
                End(text, incomplete.Response, wantsToGoOn: false, output);
                break;
            case ResponseFailed failed:
                _attempt.Know(text, failed.Response);
                Fail(failed);
                break;
            case ErrorEvent:
                Fail(raw.Event);
                break;
            default:
                Note(text);
                Pass(text, output);
                break;
        }
    }

    /// <inheritdoc/>
    public void EndOfStream()
    {
        if (State == TranslationState.Running)
        {
            Fail(null);
        }
    }

    /// <inheritdoc/>
    public void BeginAttempt(string? accountFingerprint)
    {
        _continued = State == TranslationState.Continue;
        if (State == TranslationState.Completed || (HasSentBlock && !_continued))
        {
            throw new InvalidOperationException("Output of the last attempt has reached the client.");
        }

        if (!_continued)
        {
            _id = null;
        }

        State = TranslationState.Running;
        Failure = null;
        _attempt = new ResponsesAttempt();
    }

    /// <inheritdoc/>
    public bool KeepThinkingAlive(List<ResponsesEvent> output) => false;

    /// <inheritdoc/>
    public void Complete(List<ResponsesEvent> output)
    {
        if (State != TranslationState.Continue && !CanFinishAfterCut)
        {
            throw new InvalidOperationException($"A translation that is {State} cannot be completed.");
        }

        var cut = State == TranslationState.Failed;
        Failure = null;
        Finish("response.completed", cut ? Estimate() : null, output);
    }

    /// <inheritdoc/>
    public void WriteError(ClientError error, List<ResponsesEvent> output)
    {
        var shown = ResponsesFailures.Translate(error);
        if (Failure?.Event is ResponseFailed && _attempt.Response.ValueKind == JsonValueKind.Object)
        {
            Release(output);
            var changes = Changes(usage: null) with { Status = "failed", Error = shown };
            output.Add(
                new ResponsesEvent(
                    "response.failed",
                    _composer.Event("response.failed", _attempt.Response, changes, _sequence++)
                )
            );
        }
        else
        {
            output.Add(ResponsesEvent.Failure(shown, _sequence++));
        }

        State = TranslationState.Failed;
    }

    private void Note(in EventText text)
    {
        switch (text.Type)
        {
            case "response.output_item.added":
                _attempt.Begin(text);
                break;
            case "response.output_item.done":
                _attempt.End(text);
                break;
        }
    }

    private void Pass(in EventText text, List<ResponsesEvent> output)
    {
        if (!HasSentBlock && ResponsesAttempt.IsPrelude(text.Type))
        {
            _attempt.Held.Add(text);
            return;
        }

        Release(output);
        Emit(text, output);
    }

    private void Release(List<ResponsesEvent> output)
    {
        HasSentBlock = true;
        foreach (var text in _attempt.Held)
        {
            Emit(text, output);
        }

        _attempt.Held.Clear();
    }

    private void Emit(in EventText text, List<ResponsesEvent> output)
    {
        var json =
            text.Type is "response.created" or "response.in_progress" or "response.queued"
            && text.Parse().TryGetProperty("response", out var response)
                ? _composer.Event(text.Type, response, new ResponseChanges(), _sequence++)
                : text.At(_sequence++, _earlier.Shift);
        output.Add(new ResponsesEvent(text.Type, json));
    }

    private void End(in EventText text, ResponseSnapshot snapshot, bool wantsToGoOn, List<ResponsesEvent> output)
    {
        _attempt.Know(text, snapshot);
        _id ??= snapshot.Id;
        if (text.Type == "response.completed" && _attempt.LacksAnItem)
        {
            // The output would end without it, as if it were all.
            Fail(null);
            return;
        }

        _attempt.Fill();
        if (wantsToGoOn && _attempt.HasOnlyWords)
        {
            Release(output);
            _earlier.Add(_attempt);
            State = TranslationState.Continue;
            return;
        }

        Finish(text.Type, usage: null, output);
    }

    private void Finish(string type, ResponseUsage? usage, List<ResponsesEvent> output)
    {
        Release(output);
        // Where the last request was continued in vain, its usage is in the sum already.
        var whole =
            State == TranslationState.Continue ? _earlier.Usage : _earlier.Total(_attempt.Snapshot.Usage ?? usage);
        var changes = Changes(_earlier.Usage is null && usage is null ? null : whole) with
        {
            Status = type == "response.completed" ? "completed" : null,
        };
        var made = ItemReader.Keep(changes.Output!);
        var calls = made.Count(kept => kept.Item is FunctionCallItem or CustomToolCallItem);
        State = TranslationState.Completed;
        Turn = new CompletedTurn
        {
            ResponseId = _id,
            ServingModel = _attempt.Snapshot.Model,
            Usage = _attempt.Snapshot.Usage,
            Items = [.. made.Select(kept => kept.Item)],
            Replay = [],
            StopReason = _attempt.StopReason(type, calls > 0),
            ToolCalls = calls,
        };
        if (_id is not null)
        {
            answer.Finished?.Invoke(
                new KeptResponse(_id, answer.Input, made, _composer.Response(_attempt.Response, changes))
            );
        }

        output.Add(new ResponsesEvent(type, _composer.Event(type, _attempt.Response, changes, _sequence++)));
    }

    private ResponseChanges Changes(ResponseUsage? usage) =>
        new()
        {
            Id = _id,
            Output = [.. _earlier.Items, .. _attempt.Items],
            Usage = usage,
            WithoutEndTurn = _earlier.Shift > 0,
        };

    private ResponseUsage Estimate() =>
        new(
            settings.InputTokensEstimate,
            0,
            0,
            _attempt.Items.Sum(item => settings.CountTokens(Json.CompactJson.Write(item))),
            0
        );

    private void Fail(ResponseEvent? e)
    {
        State = TranslationState.Failed;
        Failure = new TranslationFailure(e);
    }
}
