using CodexProxy.Credentials;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>How a request ends: whole, refused, or broken off without a false end.</summary>
internal sealed partial class MessageRelay
{
    private async Task<RelayOutcome> FinishAsync(RelayTurn turn)
    {
        var translation = turn.Translation!;
        if (translation.State is TranslationState.Empty or TranslationState.Continue)
        {
            turn.Answer.Complete();
            turn.TakeEvents();
        }

        if (turn.Credential is { } credential)
        {
            memory.Rests.Served(credential.Key, turn.Model.Slug);
        }

        memory.Forms.Succeeded(turn.Model.Slug, turn.Repairs);
        if (translation.Turn is { } completed)
        {
            memory.Replay.Keep(turn.Context.Conversation, completed);
            turn.LearnFrom(completed);
        }

        await turn.Answer.CompleteAsync(turn.ClientGone);
        var outcome = turn.Outcome(null);
        memory.Sessions.Add(turn, outcome);
        return outcome;
    }

    // Nothing hidden is left. Before the commit the client gets a status it can act on; after it, never a false end.
    private async Task<RelayOutcome> EndAsync(RelayTurn turn, UpstreamFailure failure, bool isNew = true)
    {
        if (isNew)
        {
            memory.Consider(turn, failure);
        }

        failure = SoonestToReturn(turn, failure);
        if (turn.Translation is { Started: true, CanFinishAfterCut: true } && failure.IsTransient)
        {
            turn.Answer.Complete();
            turn.TakeEvents();
            await turn.Answer.CompleteAsync(turn.ClientGone);
            return turn.Outcome(failure);
        }

        var error = Explain(turn, failure);
        if (!turn.Answer.Begun)
        {
            // A refusal for quota brings headers of its own; beside them nothing may still say that all is well.
            turn.Answer.CommitHeaders = failure.Kind == FailureKind.UsageLimit ? [] : turn.QuotaHeaders();
            await turn.Answer.RejectAsync(error);
            return turn.Outcome(failure);
        }

        if (turn.ShouldAbort(failure))
        {
            turn.Answer.Abort();
            return turn.Outcome(failure);
        }

        turn.Answer.WriteError(error);
        turn.TakeEvents();
        await turn.Answer.CompleteAsync(turn.ClientGone);
        return turn.Outcome(failure);
    }

    // The gateway ends. Where the answer was whole but for its end it is ended; else the client hears why it is not.
    private Task<RelayOutcome> BreakOffAsync(RelayTurn turn)
    {
        turn.Translation?.EndOfStream();
        turn.Trail.Fail(Closing.Failure);
        turn.Recording?.Failed(Closing.Failure);
        return EndAsync(turn, Closing.Failure, isNew: false);
    }

    private static async Task<RelayOutcome> EndSignedOutAsync(RelayTurn turn, CredentialFailure failure)
    {
        var unavailable = failure.Kind == CredentialFailureKind.Unavailable;
        var error = unavailable
            ? ClientError.Passing(503, "api_error", failure.Message)
            : ClientError.Unauthenticated(failure.Message);
        if (!turn.Answer.Begun)
        {
            await turn.Answer.RejectAsync(error);
        }
        else
        {
            turn.Answer.WriteError(error);
            turn.TakeEvents();
            await turn.Answer.CompleteAsync(turn.ClientGone);
        }

        return turn.Outcome(
            new UpstreamFailure { Kind = unavailable ? FailureKind.Unreachable : FailureKind.Unauthorized }
        );
    }

    private ClientError Explain(RelayTurn turn, UpstreamFailure failure) =>
        FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = turn.Context.RequestedModel,
                ClaimedVersion = options.Current.Upstream.ClientVersion,
                IdleTimeout = options.Current.Upstream.IdleTimeout,
                InputTokensEstimate = turn.Estimate(),
                ContextWindow = turn.Model.ContextWindow,
                Now = timeProvider.GetUtcNow(),
                Upstream = turn.Model.Upstream,
                Quota = turn.Credential is null ? null : quotas.Find(turn.Credential.Key),
                CloseModels =
                    failure.Kind == FailureKind.UnknownModel
                        ? UnknownModel.Closest(turn.Context.RequestedModel, catalogue.Current, names.Rules())
                        : [],
            }
        );
}
