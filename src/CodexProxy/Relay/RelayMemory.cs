using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>
/// What the relay remembers between requests. All of it is a cache: losing it costs a request or some tokens, never an
/// answer, because everything a conversation needs travels in the client's own history.
/// </summary>
internal sealed class RelayMemory(TimeProvider timeProvider, Func<Random> newJitter)
{
    /// <summary>Forms the backend refused, by model.</summary>
    public FormMemory Forms { get; } = new();

    /// <summary>Final refusals of the last minute.</summary>
    public FailureMemory Failures { get; } = new(timeProvider);

    /// <summary>Accounts that said no for a while.</summary>
    public AccountRests Rests { get; } = new(timeProvider);

    /// <summary>Sealed reasoning that was refused.</summary>
    public RefusedReasoning Refused { get; } = new();

    /// <summary>Sealed reasoning for clients that do not carry it themselves.</summary>
    public ReplayCache Replay { get; } = new();

    /// <summary>What each session has used.</summary>
    public SessionBook Sessions { get; } = new(timeProvider);

    /// <summary>A source of jitter for one request.</summary>
    public Random NewJitter() => newJitter();

    /// <summary>Remembers a final failure, if the same request would meet it again.</summary>
    public void Consider(RelayTurn turn, UpstreamFailure failure)
    {
        if (turn.Credential is not null)
        {
            Rests.Consider(turn.Credential.Key, turn.Model.Slug, failure);
        }

        // The key leaves reasoning out, so a refusal of the reasoning itself would meet the request that mends it.
        if (
            failure.StaysForThisBody
            && (turn.IsAlternate || turn.Credential is not null)
            && !RequestForms.BlamesReasoning(turn.Body, failure)
        )
        {
            Failures.Remember(turn.RefusalKey, failure);
        }
    }
}
