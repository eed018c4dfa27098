using System.Collections.Immutable;
using CodexProxy.Accounts;
using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>
/// The state of one request while it is served: its body, its translator, its answer and what was tried. One task at a
/// time works on it; while it waits for the upstream it keeps the client's connection alive.
/// </summary>
internal sealed partial class RelayTurn : IDisposable
{
    private readonly Heartbeat _heartbeat;
    private readonly QuotaBook _quotas;
    private readonly UsageCalibration _calibration;
    private readonly TimeProvider _timeProvider;
    private readonly long _arrived;
    private readonly ResponsesRequest _request;
    private readonly Random _jitter;
    private int _retriesBefore;
    private string? _bodyHash;
    private CountedRequest? _counted;

    public RelayTurn(
        RelayedRequest request,
        Answer answer,
        QuotaBook quotas,
        UsageCalibration calibration,
        TimeProvider timeProvider,
        Random jitter,
        CancellationToken clientGone
    )
    {
        Context = request.Translated.Context;
        Recording = request.Recording;
        Body = _request = request.Translated.Body;
        Answer = answer;
        Trail = new RequestTrail(Context.Losses, answer.ReadsJson);
        answer.Losses = () => Trail.Losses;
        _jitter = jitter;
        Policy = new RetryPolicy(jitter);
        ClientGone = clientGone;
        _arrived = request.Arrived;
        _quotas = quotas;
        _calibration = calibration;
        _timeProvider = timeProvider;
        _heartbeat = new Heartbeat(timeProvider, request.Arrived, clientGone);
    }

    public TranslationContext Context { get; }

    public CodexModel Model => Context.Model;

    /// <summary>The request in its first form, with the output of continued answers appended.</summary>
    public ResponsesRequest Body { get; set; }

    public Answer Answer { get; }

    public RetryPolicy Policy { get; private set; }

    public CancellationToken ClientGone { get; }

    /// <summary>Ends all waiting for the upstream: the client is gone, or the gateway ends.</summary>
    public required CancellationToken Stop { get; init; }

    /// <summary>The forms this request is sent in.</summary>
    public ImmutableHashSet<FormRepair> Repairs { get; set; } = [];

    /// <summary>How far the answer has come; null before the first attempt.</summary>
    public IAnswerTranslator? Translation => Answer.Translation;

    /// <summary>What has happened so far.</summary>
    public RequestTrail Trail { get; }

    /// <summary>Whether the answer was ended here, before the upstream's own end.</summary>
    public bool CutHere => Translation?.State == TranslationState.Satisfied;

    /// <summary>Whether an alternate upstream serves: then there is neither account nor credential.</summary>
    public bool IsAlternate => Model.Upstream is not null;

    /// <summary>The account that is asked.</summary>
    public Account? Account { get; set; }

    public Credential? Credential { get; set; }

    /// <summary>Keys of accounts that have refused this request.</summary>
    public HashSet<string> AccountsTried { get; } = [];

    /// <summary>What stays with one account: the client's session, sub-agents included.</summary>
    public string Conversation => Context.SessionId ?? Context.CacheKey;

    /// <summary>Names the workspace, or the alternate upstream, in sealed reasoning.</summary>
    public string AccountFingerprint => Identifiers.Hex(Model.Upstream ?? Credential!.AccountId, 8);

    /// <summary>Whether the next attempt must not use a pooled connection.</summary>
    public bool FreshConnection { get; set; }

    public int Continuations { get; set; }

    public bool AskedAgainForEmpty { get; set; }

    public string? ServingModel { get; set; }

    /// <summary>The failure to show when it is another than the last one.</summary>
    public UpstreamFailure? FailureToReport { get; set; }

    /// <summary>Why nobody is signed in any more.</summary>
    public CredentialFailure? SignedOut { get; set; }

    /// <summary>Time from arrival to the first event; null while there is none.</summary>
    public TimeSpan? FirstOutput { get; private set; }

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_arrived);

    /// <summary>Who is asked: the alternate upstream, or the account.</summary>
    private string Asked => Model.Upstream ?? Credential!.Key;

    /// <summary>Names body and account in the failure memory: what one workspace refuses, another may allow.</summary>
    public string RefusalKey => $"{Asked} {_bodyHash ??= RequestForms.CacheBodyHash(Body)}{SentBesideBody}";

    // The hash leaves the effort out, and the limit is no part of the body; an alternate upstream is sent both.
    private string SentBesideBody => IsAlternate ? $" {Context.MaxTokens} {Body.Reasoning.Effort}" : "";

    /// <summary>Calibrated count of the request's tokens, made once.</summary>
    public int Estimate() => Counted.Tokens;

    /// <summary>Fast hashes of the request's parts.</summary>
    public RequestFingerprint Fingerprint => Counted.Fingerprint;

    private CountedRequest Counted => _counted ??= _calibration.Count(_request, Model, Context.CacheKey);

    /// <summary>Learns from the upstream's own count.</summary>
    public void LearnFrom(CompletedTurn turn)
    {
        if (turn.Usage is { } usage && Continuations == 0)
        {
            _calibration.Learn(Counted, Model, Context.CacheKey, usage.InputTokens, usage.OutputTokens);
        }
    }

    /// <summary>Readies the answer for the next attempt.</summary>
    public void BeginAttempt(TokenCounter counter) =>
        Answer.BeginAttempt(
            Context,
            new ResponseTranslatorSettings
            {
                RequestId = Answer.RequestId,
                InputTokensEstimate = Estimate(),
                AccountFingerprint = AccountFingerprint,
                CreatedAt = _timeProvider.GetUtcNow().ToUnixTimeSeconds(),
                CountTokens = counter.Count,
            }
        );

    /// <summary>After a failure a whole answer starts over with the request as it came, without parts already continued.</summary>
    public void StartOver()
    {
        Body = _request;
        Continuations = 0;
    }

    /// <summary>Another account begins with all hidden attempts of its own.</summary>
    public void BeginWithAccount()
    {
        _retriesBefore += Policy.Retries + 1;
        Policy = new RetryPolicy(_jitter);
        Repairs = Repairs.Remove(new FormRepair(FormRepairKind.WithoutReasoning));
        SignedOut = null;
        FailureToReport = null;
    }

    /// <summary>Whether a hidden attempt is still honest: nothing of the answer has left.</summary>
    public bool MayStillRetry => !Answer.Streams || Translation is not { HasSentBlock: true };

    /// <summary>
    /// Whether the client is better served by a cut connection: Claude Code repeats a cut stream as a stream, but asks for
    /// the whole answer unstreamed after an error event. Only for causes that pass, and never once a block is finished.
    /// </summary>
    public bool ShouldAbort(UpstreamFailure failure) =>
        Answer.Streams
        && Context.IsClaudeCode
        && failure is { IsTransient: true, Kind: not FailureKind.Stopping }
        && Translation is { HasFinishedBlock: false } translation
        && (failure.Kind != FailureKind.Overloaded || translation.HasSentBlock);

    /// <summary>Reads the upstream's events into the answer. Null when the translator reached its end.</summary>
    public async Task<UpstreamFailure?> PumpAsync(IUpstreamStream stream, LossLedger losses)
    {
        var translation = Translation!;
        while (true)
        {
            if (await WaitAsync(stream.NextAsync()))
            {
                var upstreamEvent = stream.Current;
                var read = upstreamEvent is RawEvent raw ? raw.Event : upstreamEvent;
                Note(read, stream);
                if (Recording is not null && upstreamEvent is RawEvent { Json: var json })
                {
                    Recording.Came(json);
                }

                switch (read)
                {
                    case RateLimitsEvent limits when Credential is not null:
                        _quotas.Update(
                            Credential.Key,
                            QuotaReader.FromEvent(limits.Payload, _timeProvider.GetUtcNow())
                        );
                        break;
                    case UnknownEvent unknown:
                        losses.NoteUnknownEvent(unknown.Type);
                        break;
                    case MalformedEvent malformed:
                        losses.NoteUnknownEvent(malformed.Reason);
                        break;
                }

                Answer.Accept(Answer.ReadsJson ? upstreamEvent : read);
            }
            else if (stream.Broken is { } broken)
            {
                translation.EndOfStream();
                return translation.State == TranslationState.Failed ? broken : null;
            }
            else
            {
                translation.EndOfStream();
            }

            TakeEvents();
            switch (translation.State)
            {
                case TranslationState.Running:
                    continue;
                case TranslationState.Failed:
                    return Read(translation.Failure!);
                default:
                    return null;
            }
        }
    }

    /// <summary>Hands the events made so far to the answer.</summary>
    public void TakeEvents()
    {
        if (!Answer.HasEvents)
        {
            return;
        }

        if (!Answer.Begun)
        {
            Answer.CommitHeaders = QuotaHeaders();
        }

        Answer.Take();
        _heartbeat.Committed();
        Live.Output(FirstOutput ??= Elapsed);
    }

    /// <summary>What to log of this request.</summary>
    public RelayOutcome Outcome(UpstreamFailure? failure)
    {
        var usage = Translation?.Turn?.Usage;
        return new RelayOutcome
        {
            RequestId = Answer.RequestId,
            RequestedModel = Context.RequestedModel,
            UpstreamModel = Model.Slug,
            ServingModel = ServingModel ?? Translation?.Turn?.ServingModel,
            Status = Answer.Status,
            Failure = failure,
            Attempts = _retriesBefore + Policy.Retries + 1,
            FirstOutput = FirstOutput,
            Elapsed = Elapsed,
            InputTokens = usage?.InputTokens ?? 0,
            CachedTokens = usage?.CachedTokens ?? 0,
            OutputTokens = usage?.OutputTokens ?? 0,
        };
    }

    private static UpstreamFailure Read(TranslationFailure failure) =>
        failure.Payload is { } payload
            ? FailureReader.FromEvent(payload)
            : FailureReader.FromTransport(TransportFault.Reset) with
            {
                Message = TranslationFailure.TruncatedMessage,
            };
}
