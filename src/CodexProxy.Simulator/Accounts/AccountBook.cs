using System.Collections.Concurrent;
using System.Globalization;

namespace CodexProxy.Simulator.Accounts;

/// <summary>The accounts a simulator knows; the first exists from the start.</summary>
public sealed class AccountBook
{
    private readonly ConcurrentDictionary<string, SimulatedAccount> _accounts = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly SeededIds _ids;

    internal AccountBook(TimeProvider clock, SeededIds ids)
    {
        (_clock, _ids) = (clock, ids);
        Default = Add("person@example.com");
    }

    /// <summary>The account used where none is named.</summary>
    public SimulatedAccount Default { get; }

    /// <summary>Creates an account.</summary>
    /// <param name="email">The person's address; null makes one up.</param>
    /// <param name="planType">The plan.</param>
    public SimulatedAccount Add(string? email = null, string planType = "plus")
    {
        var address = email ?? string.Create(CultureInfo.InvariantCulture, $"person{_accounts.Count + 1}@example.com");
        var account = new SimulatedAccount(_ids.NextUuid(), _ids.Next("user-", 24), address, planType, _clock);
        _accounts[account.Id] = account;
        return account;
    }

    /// <summary>The account with that id, or null.</summary>
    public SimulatedAccount? Find(string id) => _accounts.GetValueOrDefault(id);
}
