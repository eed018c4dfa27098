using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Documents;
using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>
/// One request from the sign-in to the last byte: attempts at the upstream, hidden retries while nothing was promised to
/// the client, and an honest ending. The only place that sees credentials, the Codex client and the translation together.
/// </summary>
internal sealed partial class MessageRelay(
    Upstreams upstreams,
    AccountRouter router,
    CatalogueSource catalogue,
    KiloChoice names,
    QuotaBook quotas,
    RelayMemory memory,
    TokenCounter counter,
    UsageCalibration calibration,
    OptionsSource options,
    TimeProvider timeProvider,
    LossLedger losses,
    TurnRecorder recorder,
    RequestMetrics metrics,
    InFlightBook inFlight,
    RecordNames recordNames,
    Closing closing,
    RelayLog log
)
{
    // Answers of a model that wants to go on without new input; more would be a loop.
    private const int MaxContinuations = 3;

    /// <summary>Serves one request. Returns when the client has its whole answer or an error.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<RelayOutcome> ServeAsync(RelayedRequest request, Answer answer, CancellationToken clientGone)
    {
        using var live = inFlight.Begin(recordNames.Of(First(request, answer)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, closing.Over);
        using var turn = new RelayTurn(
            request,
            answer,
            quotas,
            calibration,
            timeProvider,
            memory.NewJitter(),
            clientGone
        )
        {
            Live = live,
            Stop = stop.Token,
        };
        RelayOutcome? outcome = null;
        metrics.Enter();
        try
        {
            return outcome = await RelayAsync(turn);
        }
        catch (OperationCanceledException)
            when (closing.Over.IsCancellationRequested && !clientGone.IsCancellationRequested)
        {
            return outcome = await BreakOffAsync(turn);
        }
        finally
        {
            metrics.Leave();
            live.Dispose();
            recorder.Keep(turn, outcome);
        }
    }

    private InFlight First(RelayedRequest request, Answer answer)
    {
        var context = request.Translated.Context;
        return new InFlight
        {
            Id = answer.RequestId,
            StartedAt = timeProvider.GetUtcNow() - timeProvider.GetElapsedTime(request.Arrived),
            Face = answer.Face,
            Client = TurnRecorder.Product(answer.UserAgent),
            Session = context.SessionId,
            Agent = context.AgentId,
            RequestedModel = context.RequestedModel,
            Model = context.Model.Slug,
        };
    }

    private async Task<RelayOutcome> RelayAsync(RelayTurn turn)
    {
        if (!turn.IsAlternate && await SignInAsync(turn) is { } none)
        {
            return await EndSignedOutAsync(turn, none);
        }

        if (Remembered(turn) is { } known && !await MoveOnAsync(turn, known, isNew: false))
        {
            return await EndAsync(turn, known, isNew: false);
        }

        turn.Repairs = memory.Forms.For(turn.Model.Slug);
        while (true)
        {
            var failure = await AttemptAsync(turn);
            if (failure is null)
            {
                if (GoesOn(turn))
                {
                    continue;
                }

                return await FinishAsync(turn);
            }

            turn.NoteQuota(failure);
            turn.Trail.Fail(failure);
            turn.Recording?.Failed(failure);
            if (!await PrepareNextAsync(turn, failure))
            {
                if (turn.MayStillRetry && await MoveOnAsync(turn, failure))
                {
                    log.MovedOn(turn, failure);
                }
                else
                {
                    return turn.SignedOut is { } signedOut
                        ? await EndSignedOutAsync(turn, signedOut)
                        : await EndAsync(turn, turn.FailureToReport ?? failure);
                }
            }

            turn.StartOver();
        }
    }

    // What the last minute has taught about this very request: no upstream call is needed to say it again.
    private UpstreamFailure? Remembered(RelayTurn turn)
    {
        if (turn.Credential is { } credential && memory.Rests.Find(credential.Key, turn.Model.Slug) is { } resting)
        {
            return resting;
        }

        return memory.Failures.IsEmpty ? null : memory.Failures.Find(turn.RefusalKey);
    }

    /// <summary>One attempt. Null when the translator reached its end.</summary>
    private async Task<UpstreamFailure?> AttemptAsync(RelayTurn turn)
    {
        using var span = turn.AttemptSpan = RelaySpans.Attempt(turn);
        var failure = await AskAsync(turn);
        span?.Ended(turn, failure);
        return failure;
    }

    private async Task<UpstreamFailure?> AskAsync(RelayTurn turn)
    {
        var readable = memory.Refused.ReadableBy(turn.AccountFingerprint, turn.Body);
        var body = RequestForms.Apply(readable, turn.Repairs, catalogue.Current, PdfText.ReadPages);
        turn.NoteAttempt(readable, body);
        var upstream = upstreams.Of(turn.Model);
        turn.Recording?.Sent(output => upstream.Write(output, body, turn.Context));
        var sending = upstream.SendAsync(
            new UpstreamAttempt(
                body,
                turn.Context,
                turn.Credential,
                turn.Answer.RequestId,
                turn.FreshConnection,
                turn.ReadsJson
            ),
            turn.Stop
        );
        turn.FreshConnection = false;

        // The estimate is counted while the request is under way.
        turn.BeginAttempt(counter);
        var reply = await turn.WaitAsync(new ValueTask<UpstreamReply>(sending));
        if (reply.Failure is { } refused)
        {
            return refused;
        }

        await using var stream = reply.Stream!;
        turn.ServingModel = stream.ServingModel;
        return await turn.PumpAsync(stream, losses);
    }

    // An answer that is not at its end although its response is: empty ones are asked for once more, others continued.
    private static bool GoesOn(RelayTurn turn)
    {
        switch (turn.Translation!.State)
        {
            case TranslationState.Empty when !turn.AskedAgainForEmpty:
                turn.AskedAgainForEmpty = true;
                return true;
            case TranslationState.Continue when turn.Continuations < MaxContinuations:
                turn.Continuations++;
                turn.Body = turn.Body with { Input = [.. turn.Body.Input, .. turn.Translation.OutputSoFar] };
                return true;
            default:
                return false;
        }
    }

    private async Task<bool> PrepareNextAsync(RelayTurn turn, UpstreamFailure failure)
    {
        if (!turn.MayStillRetry)
        {
            return false;
        }

        // A lite model that never answered in the classic shape may want the other one; its first words stay the answer.
        if (
            failure is { Kind: FailureKind.BadRequest, Repair: null }
            && turn.Model.Lite
            && !memory.Forms.ClassicWorks(turn.Model.Slug)
        )
        {
            failure = failure with { Repair = FormRepair.LiteShape };
            turn.FailureToReport ??= failure;
        }

        switch (turn.Policy.Decide(failure, out var delay))
        {
            case NextStep.Repeat:
                log.Retrying(turn, failure, delay);
                await turn.PauseAsync(delay);
                return true;
            case NextStep.RepeatInOtherForm:
                log.OtherForm(turn, failure);
                if (failure.Repair!.Kind == FormRepairKind.WithoutReasoning)
                {
                    memory.Refused.Add(
                        memory.Refused.ReadableBy(turn.AccountFingerprint, turn.Body),
                        turn.AccountFingerprint
                    );
                }

                turn.Repairs = turn.Repairs.Add(failure.Repair);
                return true;
            case NextStep.RepeatOnFreshConnection:
                turn.FreshConnection = true;
                return true;
            case NextStep.RepeatSignedIn:
                return await SignInAgainAsync(turn);
            default:
                return false;
        }
    }
}
