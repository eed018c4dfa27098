using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// How far the answer to one request has come, whatever protocol its client speaks: the part of a translator that decides
/// what to do next. One instance serves one client request over all its attempts.
/// </summary>
public interface IAnswerTranslator
{
    /// <summary>What has to happen next.</summary>
    TranslationState State { get; }

    /// <summary>Set while the state is <see cref="TranslationState.Failed"/>.</summary>
    TranslationFailure? Failure { get; }

    /// <summary>Whether the answer has begun, so that a failure can no longer be told by a status.</summary>
    bool Started { get; }

    /// <summary>Whether output is out that a hidden repeat would send twice.</summary>
    bool HasSentBlock { get; }

    /// <summary>Whether output is out that clients keep when the rest is lost.</summary>
    bool HasFinishedBlock { get; }

    /// <summary>Whether a failed response lost nothing: all items are done, the last is a call or the final answer.</summary>
    bool CanFinishAfterCut { get; }

    /// <summary>Set once the answer has ended.</summary>
    CompletedTurn? Turn { get; }

    /// <summary>The model's output so far; appended to the original input for <see cref="TranslationState.Continue"/>.</summary>
    IReadOnlyList<InputItem> OutputSoFar { get; }

    /// <summary>The upstream's stream ended. Without a terminal event that is a failure.</summary>
    void EndOfStream();

    /// <summary>
    /// Begins the next attempt: after <see cref="TranslationState.Continue"/> the same answer goes on, otherwise what the last
    /// attempt left unsent is forgotten (a hidden retry).
    /// </summary>
    /// <param name="accountFingerprint">As in <see cref="ResponseTranslatorSettings"/>, of the account that serves now.</param>
    /// <exception cref="InvalidOperationException">The answer has ended, or output of a failed attempt is out.</exception>
    void BeginAttempt(string? accountFingerprint);
}

/// <summary>Translates the upstream's events into those of a client's protocol: a state machine without I/O or clocks.</summary>
/// <typeparam name="TEvent">An event of the client's protocol.</typeparam>
public interface IAnswerTranslator<TEvent> : IAnswerTranslator
{
    /// <summary>Begins the answer before anything is known, because the client has waited long enough.</summary>
    void Start(List<TEvent> output);

    /// <summary>Takes the next upstream event and appends what follows from it.</summary>
    void Accept(ResponseEvent e, List<TEvent> output);

    /// <summary>Breaks a long silence with an event that clients count as progress. False where there is none such.</summary>
    bool KeepThinkingAlive(List<TEvent> output);

    /// <summary>Ends the answer as it is: instead of continuing, of asking again, or of reporting a cut that lost nothing.</summary>
    /// <exception cref="InvalidOperationException">The state calls for none of these.</exception>
    void Complete(List<TEvent> output);

    /// <summary>Ends the stream with an error event. Nothing may look finished that is not.</summary>
    void WriteError(ClientError error, List<TEvent> output);
}
