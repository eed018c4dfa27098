using CodexProxy.Credentials;
using CodexProxy.Protocol.Failures;
using CodexProxy.Telemetry;

namespace CodexProxy.Relay;

/// <summary>Which account serves, and what happens when it will not.</summary>
internal sealed partial class MessageRelay
{
    // The account's own refusal is what the client hears when no other account can be had.
    private async Task<CredentialFailure?> SignInAsync(RelayTurn turn)
    {
        using var span = RelaySpans.Lease();
        CredentialFailure? first = null;
        while (router.Choose(turn.Conversation, turn.Model.Slug, turn.AccountsTried) is { } account)
        {
            turn.Account = account;
            switch (await account.Login.GetAsync(turn.Stop))
            {
                case Credential credential:
                    turn.Credential = credential;
                    account.Touch(timeProvider.GetUtcNow());
                    span?.Leased(turn);
                    return null;
                case CredentialFailure failure:
                    first ??= failure;
                    turn.AccountsTried.Add(account.Key);
                    break;
            }
        }

        var none = first ?? router.Nobody;
        span?.Fail(RequestMetrics.Word(none.Kind.ToString()));
        return none;
    }

    /// <summary>Turns to another account where this one will not serve. False when there is none.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="failure">What the account said.</param>
    /// <param name="isNew">Whether it said so just now: what is only remembered must not last longer by it.</param>
    private async Task<bool> MoveOnAsync(RelayTurn turn, UpstreamFailure failure, bool isNew = true)
    {
        if (!failure.IsOfAccount || turn.Account is not { } account)
        {
            return false;
        }

        if (isNew)
        {
            memory.Consider(turn, failure);
        }

        turn.AccountsTried.Add(account.Key);
        var before = (turn.Account, turn.Credential);
        if (await SignInAsync(turn) is not null)
        {
            (turn.Account, turn.Credential) = before;
            return false;
        }

        turn.BeginWithAccount();
        return true;
    }

    // With several accounts used up, the one that comes back first is what the person waits for.
    private UpstreamFailure SoonestToReturn(RelayTurn turn, UpstreamFailure failure)
    {
        if (
            turn.IsAlternate
            || failure.Kind != FailureKind.UsageLimit
            || router.SoonestToReturn(turn.Model.Slug) is not { } soonest
        )
        {
            return failure;
        }

        (turn.Account, turn.Credential) = (soonest.Account, soonest.Account.Known);
        return soonest.Failure;
    }

    private async Task<bool> SignInAgainAsync(RelayTurn turn)
    {
        if (turn.IsAlternate)
        {
            return false;
        }

        switch (await turn.Account!.Login.RecoverAsync(turn.Credential!.AccessToken, turn.Stop))
        {
            case Credential credential:
                turn.Credential = credential;
                return true;
            case CredentialFailure none:
                turn.SignedOut = none;
                return false;
            default:
                return false;
        }
    }
}
