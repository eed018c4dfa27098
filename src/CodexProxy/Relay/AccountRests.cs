using System.Collections.Concurrent;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// Accounts that said no for a reason the next request would meet as well. While one rests its failure is answered without
/// an upstream call; after a minute one request may look again, so bought credits or an early reset are noticed.
/// </summary>
internal sealed class AccountRests(TimeProvider timeProvider)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<
        (string Account, string Model),
        (UpstreamFailure Failure, DateTimeOffset Until)
    > _rests = new();

    /// <summary>The failure that made the account rest for this model, while it does.</summary>
    public UpstreamFailure? Find(string account, string model)
    {
        if (!_rests.TryGetValue((account, model), out var rest))
        {
            return null;
        }

        if (timeProvider.GetUtcNow() < rest.Until)
        {
            return rest.Failure;
        }

        _rests.TryRemove((account, model), out _);
        return null;
    }

    /// <summary>Lets the account rest if the failure is one that stays.</summary>
    public void Consider(string account, string model, UpstreamFailure failure)
    {
        if (failure.Kind is not (FailureKind.UsageLimit or FailureKind.Billing or FailureKind.EdgeBlock))
        {
            return;
        }

        var until = timeProvider.GetUtcNow() + Longest;
        if (failure.ResetsAt is { } reset && reset < until)
        {
            until = reset;
        }

        _rests[(account, model)] = (failure, until);
    }
}
