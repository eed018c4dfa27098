using CodexProxy.Credentials;
using CodexProxy.Options;

namespace CodexProxy.Accounts;

/// <summary>The accounts at one moment. Immutable; replaced as a whole.</summary>
/// <param name="All">All accounts, oldest first.</param>
/// <param name="Active">The one that serves; null when there is none.</param>
/// <param name="Strategy">The strategy chosen at run time; null for the configured one.</param>
public sealed record AccountSnapshot(IReadOnlyList<Account> All, Account? Active, AccountStrategy? Strategy)
{
    /// <summary>Why nobody serves although there may be accounts; null when somebody does, or none is there.</summary>
    public CredentialFailure? Problem { get; init; }
}

/// <summary>
/// The accounts of the running program, each with its login kept alive. What another program changes in the store is seen by
/// the next caller. Safe for any number of threads.
/// </summary>
public sealed class AccountDirectory : IAsyncDisposable
{
    private static readonly CredentialFailure NobodySignedIn = new(
        CredentialFailureKind.SignedOut,
        "Not signed in. Run `codex-proxy login`."
    );

    private readonly AccountStore _store;
    private readonly TokenClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger<CodexLogin> _logger;
    private readonly LoginWatch? _watch;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Account> _opened = [];
    private (FileStamp, FileStamp, bool) _stamp;
    private volatile AccountSnapshot? _current;

    internal AccountDirectory(
        AccountStore store,
        TokenClient client,
        TimeProvider time,
        ILogger<CodexLogin> logger,
        LoginWatch? watch = null
    ) => (_store, _client, _time, _logger, _watch) = (store, client, time, logger, watch);

    /// <summary>Raised when <see cref="Current"/> has become another, on the thread that found it so.</summary>
    internal event Action? Changed;

    /// <summary>The accounts now.</summary>
    public AccountSnapshot Current
    {
        get
        {
            var before = _current;
            var current = Look();
            // An unreadable folder is read again by each caller; only what is new of it is told.
            if (before is not null && (current.Problem is null ? current != before : current.Problem != before.Problem))
            {
                Changed?.Invoke();
            }

            return current;
        }
    }

    /// <summary>Why there is no credential when there is no account.</summary>
    public CredentialFailure Nobody => Current.Problem ?? NobodySignedIn;

    /// <summary>What to throw where an account is needed and there is none.</summary>
    internal AccountException NoAccount =>
        Current.Problem is { } problem
            ? new AccountException(problem.Message)
            : new NotSignedInException(NobodySignedIn.Message);

    /// <summary>The store behind.</summary>
    internal AccountStore Store => _store;

    /// <summary>A credential of the active account.</summary>
    public ValueTask<CredentialResult> GetAsync(CancellationToken cancellationToken) =>
        Current.Active is { } active
            ? active.Login.GetAsync(cancellationToken)
            : ValueTask.FromResult<CredentialResult>(Nobody);

    /// <summary>What is known of the active account, without asking anybody.</summary>
    public CredentialResult Peek() => Current.Active?.Login.Peek() ?? Nobody;

    /// <summary>Finds an account by address, key, start of the key, or number in the list.</summary>
    /// <exception cref="AccountException">None fits, or several do.</exception>
    public Account Find(string name)
    {
        var all = Current.All;
        if (int.TryParse(name, out var number) && number >= 1 && number <= all.Count)
        {
            return all[number - 1];
        }

        var found = all.Where(account => string.Equals(account.Known?.Email, name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (found.Count == 0 && name.Length >= 4)
        {
            found = [.. all.Where(account => account.Key.StartsWith(name, StringComparison.Ordinal))];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new AccountException($"There is no account {name}. `codex-proxy accounts list` shows all."),
            _ => throw new AccountException(
                $"{name} has several workspaces. Name one by its key: {string.Join(", ", found.Select(a => a.Key))}."
            ),
        };
    }

    /// <summary>Waits for refreshes that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Account> opened;
        lock (_gate)
        {
            opened = [.. _opened.Values];
        }

        await Task.WhenAll(opened.Select(account => account.Login.DisposeAsync().AsTask()));
    }

    private AccountSnapshot Look()
    {
        try
        {
            var stamp = _store.Stamp();
            lock (_gate)
            {
                // Permissions change without a trace.
                if (_current is null or { Problem: not null } || stamp != _stamp)
                {
                    _current = Read();
                    // Reading may adopt a file; the stamp of before would only make the next caller read once more.
                    _stamp = stamp;
                }

                return _current;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody serves: which account was chosen is not known, and a guess could be another person's.
            return _current = new AccountSnapshot([], null, null) { Problem = _store.Unreadable };
        }
    }

    // An account keeps its login object as long as its tokens lie in the same place: it knows of refreshes under way.
    private AccountSnapshot Read()
    {
        var accounts = new List<Account>();
        foreach (var entry in _store.List())
        {
            var place = $"{entry.Key} {entry.Login.LockPath} {entry.Login.GetType().Name}";
            if (!_opened.TryGetValue(place, out var account))
            {
                account = new Account(entry, new CodexLogin(entry.Login, _client, _time, _logger, _watch));
                _opened[place] = account;
            }
            else if ((account.Origin, account.AddedAt) != (entry.Origin, entry.AddedAt))
            {
                // The same person has come here anew, in another way.
                account = new Account(entry, account.Login);
                _opened[place] = account;
            }

            accounts.Add(account);
        }

        var selection = _store.ReadSelection();
        if (selection.IsDamaged && accounts.Count > 1)
        {
            return new AccountSnapshot(accounts, null, null) { Problem = _store.Undecided };
        }

        var active = accounts.Find(account => account.Key == selection.Active) ?? accounts.FirstOrDefault();
        return new AccountSnapshot(accounts, active, selection.Strategy);
    }
}
