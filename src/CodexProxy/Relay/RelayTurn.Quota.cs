using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Relay;

/// <summary>The quota of the account that serves; an alternate upstream has none.</summary>
internal sealed partial class RelayTurn
{
    /// <summary>Takes over what a failure told of the account's quota.</summary>
    public void NoteQuota(UpstreamFailure failure)
    {
        if (Credential is not null)
        {
            _quotas.Update(Credential.Key, failure.Quota(_timeProvider.GetUtcNow()));
        }
    }

    /// <summary>The account's quota in the client's own headers; none while nothing is known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> QuotaHeaders() =>
        Credential is not null && _quotas.Find(Credential.Key) is { } snapshot
            ? UnifiedHeaders.Write(snapshot, _timeProvider.GetUtcNow())
            : [];
}
