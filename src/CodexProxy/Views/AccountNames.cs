using CodexProxy.Accounts;

namespace CodexProxy.Views;

/// <summary>Names of the accounts by their keys, as they are now.</summary>
internal sealed class AccountNames(AccountSnapshot accounts)
{
    /// <summary>The account's name; null for one that is not here any more.</summary>
    public string? Of(string? key) =>
        key is null
            ? null
            : accounts.All.FirstOrDefault(account => account.Key == key || account.Known?.Key == key)?.Name;
}
