using System.Collections.Concurrent;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// Accounts that said no for a reason the next request would meet as well. While one rests its failure is answered without
/// an upstream call; after a minute one request may look again, so bought credits or an early reset are noticed. Its cool-down
/// lasts until the limit's reset: as long, another account is asked first where there is one.
/// </summary>
internal sealed class AccountRests(TimeProvider timeProvider)
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnknownCoolDown = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Account, string Model), Rest> _rests = new();

    /// <summary>The failure that made the account rest for this model, while it does.</summary>
    public UpstreamFailure? Find(string account, string model) =>
        Known(account, model, out var now) is { } rest && now < rest.AnswersUntil ? rest.Failure : null;

    /// <summary>When the account may serve this model again; null when it may now.</summary>
    public DateTimeOffset? CoolsUntil(string account, string model)
    {
        if (Known(account, model, out var now) is not { } rest)
        {
            return null;
        }

        if (now < rest.CoolsUntil)
        {
            return rest.CoolsUntil;
        }

        if (now >= rest.AnswersUntil)
        {
            _rests.TryRemove((account, model), out _);
        }

        return null;
    }

    /// <summary>What the account said for this model, as long as it cools down.</summary>
    public UpstreamFailure? Refusal(string account, string model) =>
        Known(account, model, out var now) is { } rest && now < rest.CoolsUntil ? rest.Failure : null;

    /// <summary>The account serves again: whatever it said before is over.</summary>
    public void Served(string account, string model) => _rests.TryRemove((account, model), out _);

    /// <summary>Lets the account rest if the failure is one that stays.</summary>
    public void Consider(string account, string model, UpstreamFailure failure)
    {
        if (!failure.IsOfAccount && failure.Kind != FailureKind.EdgeBlock)
        {
            return;
        }

        var now = timeProvider.GetUtcNow();
        // It is told again later, when what is left has become less.
        failure = failure with
        {
            ResetsAt = failure.ResetsAt ?? now + failure.ResetsIn,
        };
        // A wall before the backend is no reason to come as somebody else: it rests, but no other account is asked instead.
        var coolsUntil =
            failure.Kind == FailureKind.EdgeBlock
                ? now
                : failure.ResetsAt ?? now + (failure.RetryDelay > TimeSpan.Zero ? failure.RetryDelay : UnknownCoolDown);
        var answersUntil = failure.Kind is FailureKind.UsageLimit or FailureKind.Billing or FailureKind.EdgeBlock
            ? Min(now + LongestRest, failure.ResetsAt ?? DateTimeOffset.MaxValue)
            : now;
        _rests[(account, model)] = new Rest(failure, now, answersUntil, coolsUntil);
    }

    // A rest that begins in the future was made by a clock that has been set back since; nobody knows how long it lasts.
    private Rest? Known(string account, string model, out DateTimeOffset now)
    {
        now = timeProvider.GetUtcNow();
        return _rests.TryGetValue((account, model), out var rest) && rest.At <= now ? rest : null;
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed record Rest(
        UpstreamFailure Failure,
        DateTimeOffset At,
        DateTimeOffset AnswersUntil,
        DateTimeOffset CoolsUntil
    );
}
