using System.Collections.Concurrent;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// Chooses the account of a request. Without rotation that is the active one, always. With it, a conversation stays with its
/// account as long as that can serve, because its prompt cache and its sealed reasoning are there.
/// </summary>
internal sealed class AccountRouter(
    AccountDirectory accounts,
    RelayMemory memory,
    QuotaBook quotas,
    OptionsSource options,
    TimeProvider timeProvider
)
{
    // Conversations are forgotten all at once; each then goes to the account that sticky or round-robin gives it.
    private const int Capacity = 8192;

    private readonly ConcurrentDictionary<string, string> _homes = new();
    private string? _active;
    private int _turn = -1;

    /// <summary>Why there is none to ask.</summary>
    public CredentialFailure Nobody => accounts.Nobody;

    /// <summary>The account to ask; null when there is none left.</summary>
    /// <param name="conversation">What stays together: the client's session.</param>
    /// <param name="model">Upstream model; cool-downs are by account and model.</param>
    /// <param name="tried">Keys of accounts that have refused this request.</param>
    public Account? Choose(string conversation, string model, IReadOnlySet<string> tried)
    {
        var snapshot = accounts.Current;
        var settings = options.Current.Accounts;
        if (!settings.Rotation || snapshot.All.Count < 2)
        {
            return tried.Count == 0 ? snapshot.Active : null;
        }

        FollowSwitch(snapshot);
        var candidates = InOrder(snapshot)
            .Where(account => !tried.Contains(account.Key) && account.Login.Peek() is Credential)
            .Select(account => (Account: account, CoolsUntil: CoolsUntil(account, model)))
            .ToList();
        if (candidates.Count == 0)
        {
            return tried.Count == 0 ? snapshot.Active : null;
        }

        var ready = candidates.Where(candidate => candidate.CoolsUntil is null).Select(c => c.Account).ToList();
        if (ready.Count == 0)
        {
            // All of them cool down: one is asked all the same, once, because its answer tells the person until when.
            return tried.Count == 0 ? candidates.MinBy(candidate => candidate.CoolsUntil).Account : null;
        }

        var home = _homes.GetValueOrDefault(conversation);
        var chosen =
            ready.Find(account => account.Key == home)
            ?? ((snapshot.Strategy ?? settings.Strategy) == AccountStrategy.RoundRobin ? Next(ready) : ready[0]);
        Keep(conversation, chosen.Key);
        return chosen;
    }

    /// <summary>The account whose used-up window starts anew first, and what it said; null without rotation.</summary>
    /// <param name="model">Upstream model.</param>
    public (Account Account, UpstreamFailure Failure)? SoonestToReturn(string model)
    {
        var snapshot = accounts.Current;
        return options.Current.Accounts.Rotation
            ? snapshot
                .All.Select(account => (Account: account, Failure: Refusal(account, model)))
                .Where(refused => refused.Failure is not null)
                .OrderBy(refused => refused.Failure!.ResetsAt ?? DateTimeOffset.MaxValue)
                .Select(refused => ((Account, UpstreamFailure)?)(refused.Account, refused.Failure!))
                .FirstOrDefault()
            : null;
    }

    private UpstreamFailure? Refusal(Account account, string model) =>
        account.Known is { } credential
        && memory.Rests.Refusal(credential.Key, model) is { Kind: FailureKind.UsageLimit } failure
            ? failure
            : null;

    // Whoever switches by hand means all conversations.
    private void FollowSwitch(AccountSnapshot snapshot)
    {
        var active = snapshot.Active?.Key;
        if (Interlocked.Exchange(ref _active, active) is { } before && before != active)
        {
            _homes.Clear();
        }
    }

    private static IEnumerable<Account> InOrder(AccountSnapshot snapshot) =>
        snapshot.All.OrderBy(account => account == snapshot.Active ? 0 : 1);

    private DateTimeOffset? CoolsUntil(Account account, string model)
    {
        if (account.Known is not { } credential)
        {
            return null;
        }

        if (memory.Rests.CoolsUntil(credential.Key, model) is { } told)
        {
            return told;
        }

        // What the last answer said before the gateway was started again, or what another client has used up.
        var now = timeProvider.GetUtcNow();
        return quotas.Find(credential.Key) is { Credits: not ({ Has: true } or { Unlimited: true }) } quota
            ? quota
                .Windows.Where(window => window.UsedPercent >= 100 && window.ResetsAt > now)
                .Max(window => window.ResetsAt)
            : null;
    }

    private Account Next(List<Account> ready) =>
        ready[(int)((uint)Interlocked.Increment(ref _turn) % (uint)ready.Count)];

    private void Keep(string conversation, string account)
    {
        if (_homes.Count >= Capacity)
        {
            _homes.Clear();
        }

        _homes[conversation] = account;
    }
}
