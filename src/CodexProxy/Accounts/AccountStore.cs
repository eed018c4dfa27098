using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Accounts;

/// <summary>
/// The accounts of this user: one file an account in <c>accounts/</c>, and <c>accounts.json</c>, which says who is active.
/// Any number of programs may use it at once: every change is one rename, and <see cref="Stamp"/> tells of it. As long as
/// nobody was added, the Codex CLI's login serves in its own place.
/// </summary>
internal sealed partial class AccountStore
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(45);

    private readonly string _folder;
    private readonly string _selectionPath;
    private readonly string _codexPath;
    private readonly Func<string, string> _shown;
    private readonly Uri _issuer;
    private readonly TimeProvider _time;
    private readonly ISecretVault _vault;

    /// <summary>Opens the store; nothing is made yet.</summary>
    /// <param name="options">Folders and the issuer of new logins.</param>
    /// <param name="shown">Makes a path fit for people.</param>
    /// <param name="time">Clock of entries.</param>
    /// <param name="vault">The key store of the system.</param>
    public AccountStore(ProxyOptions options, Func<string, string> shown, TimeProvider time, ISecretVault vault)
    {
        _folder = Path.Combine(options.Home, "accounts");
        _selectionPath = Path.Combine(options.Home, "accounts.json");
        _codexPath = Path.Combine(options.CodexHome, "auth.json");
        _issuer = options.Upstream.AuthIssuer;
        (_shown, _time, _vault) = (shown, time, vault);
    }

    /// <summary>The Codex CLI's login file.</summary>
    public string CodexPath => _codexPath;

    /// <summary>The Codex CLI's login, in its own place.</summary>
    public AuthFile CodexLogin => new(_codexPath, _shown(_codexPath));

    /// <summary>What to tell when the accounts cannot be read.</summary>
    public CredentialFailure Unreadable =>
        new(
            CredentialFailureKind.Unreadable,
            $"The accounts in {_shown(Path.GetDirectoryName(_selectionPath)!)} cannot be read. Make the folder and its files "
                + "readable for the user that runs codex-proxy."
        );

    /// <summary>What changes when accounts come, go or are switched; cheap enough for every request.</summary>
    public (FileStamp Folder, FileStamp Selection, bool Codex) Stamp() =>
        (
            Directory.Exists(_folder)
                ? new FileStamp(
                    Directory.GetLastWriteTimeUtc(_folder).Ticks,
                    Directory.GetFileSystemEntries(_folder).Length
                )
                : default,
            FileStamp.Of(_selectionPath),
            File.Exists(_codexPath)
        );

    /// <summary>All accounts, oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<AccountEntry> List()
    {
        var entries = new List<AccountEntry>();
        if (Directory.Exists(_folder))
        {
            foreach (var file in Directory.GetFiles(_folder, "*.json"))
            {
                entries.Add(Open(AdoptIfPlain(file)));
            }
        }

        if (entries.Count == 0 && File.Exists(_codexPath))
        {
            entries.Add(
                new AccountEntry(AccountEntry.CodexKey, AccountOrigin.Link, DateTimeOffset.UnixEpoch, null, CodexLogin)
            );
        }

        // A file that was adopted may be one of those that were already there.
        return
        [
            .. entries
                .DistinctBy(entry => entry.Key)
                .OrderBy(entry => entry.AddedAt)
                .ThenBy(entry => entry.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>Stores a new login; one of the same person and workspace is replaced.</summary>
    /// <exception cref="AccountException">The tokens name no workspace, or the place cannot be had.</exception>
    public Task<AccountEntry> AddAsync(
        SignInTokens tokens,
        CredentialStore where,
        CancellationToken cancellationToken
    ) =>
        KeepAsync(
            AccountDocument.Write(tokens, AccountOrigin.SignIn, _issuer, _time.GetUtcNow()),
            AccountOrigin.SignIn,
            where,
            cancellationToken
        );

    /// <summary>Copies the Codex CLI's login.</summary>
    /// <exception cref="AccountException">There is none that could be copied, or a newer one is here.</exception>
    public Task<AccountEntry> ImportAsync(CredentialStore where, CancellationToken cancellationToken)
    {
        RefuseOverNewer(RequireCodexLogin());
        var document = AccountDocument.Adopt(CodexLogin.ReadDocument(), AccountOrigin.Import, _time.GetUtcNow());
        return KeepAsync(document, AccountOrigin.Import, where, cancellationToken);
    }

    /// <summary>Lets the Codex CLI's login serve in its own place, beside other accounts.</summary>
    /// <exception cref="AccountException">There is none, or a newer one is here.</exception>
    public async Task<AccountEntry> LinkAsync(CancellationToken cancellationToken)
    {
        var codex = RequireCodexLogin();
        var file = PathOf(codex.Credential.Key);
        PrivateFolder.Create(_folder);
        using var held = await LockAsync(file + ".lock", cancellationToken);
        RefuseOverNewer(codex);
        var setAside = SetAsideDamaged(file);
        AtomicFile.Write(file, AccountDocument.WriteLink(_codexPath, _time.GetUtcNow()));
        return Open(file) with { SetAside = setAside };
    }

    /// <summary>
    /// Keeps a login from being renewed or replaced by anybody until this is disposed. Another program's login is not held.
    /// </summary>
    /// <exception cref="AccountException">Somebody else holds it for too long.</exception>
    public async Task<IDisposable?> HoldAsync(AccountEntry account, CancellationToken cancellationToken) =>
        account.IsShared ? null : await LockAsync(account.Login.LockPath, cancellationToken);

    /// <summary>Forgets an account here. The Codex CLI's own file is never touched.</summary>
    public void Remove(AccountEntry account)
    {
        if (account.File is not { } file)
        {
            return;
        }

        if (account.Login is KeyringLogin keyring)
        {
            keyring.Remove();
        }

        foreach (var ending in (ReadOnlySpan<string>)["", ".answer", ".used"])
        {
            File.Delete(file + ending);
        }
    }

    /// <summary>Removes what <see cref="HoldAsync"/> leaves of an account that was forgotten.</summary>
    public static void RemoveLock(AccountEntry account)
    {
        if (account.File is not { } file)
        {
            return;
        }

        try
        {
            File.Delete(file + ".lock");
        }
        catch (IOException)
        {
            // Somebody has just taken it, on a system that then keeps it. It is empty.
        }
    }

    /// <summary>Why nobody serves while <c>accounts.json</c> is damaged and there are several to choose from.</summary>
    public CredentialFailure Undecided =>
        new(
            CredentialFailureKind.Unreadable,
            $"{_shown(_selectionPath)} is damaged, so it is not known which account serves. Run `codex-proxy accounts switch`."
        );

    /// <summary>Who is active, and how requests are spread.</summary>
    public AccountSelection ReadSelection()
    {
        try
        {
            return AccountSelection.Read(File.ReadAllBytes(_selectionPath));
        }
        catch (Exception exception)
            when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return AccountSelection.None with { IsDamaged = exception is JsonException };
        }
    }

    /// <summary>Changes who is active, or how requests are spread.</summary>
    public async Task SelectAsync(Func<AccountSelection, AccountSelection> change, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(Path.GetDirectoryName(_selectionPath)!);
        using var held = await LockAsync(_selectionPath + ".lock", cancellationToken);
        var before = ReadSelection();
        if (before.IsDamaged || before.IsLater)
        {
            File.Move(_selectionPath, _selectionPath + (before.IsDamaged ? ".damaged" : ".later"), overwrite: true);
        }

        AtomicFile.Write(_selectionPath, change(before).Write());
    }

    private async Task<AccountEntry> KeepAsync(
        byte[] document,
        AccountOrigin origin,
        CredentialStore where,
        CancellationToken cancellationToken
    )
    {
        if (AuthDocument.Read(document) is not StoredLogin.Tokens { Set.Credential: var credential })
        {
            throw new AccountException("The sign-in names no workspace, so it cannot be used.");
        }

        var file = PathOf(credential.Key);
        PrivateFolder.Create(_folder);
        var inKeyring = where != CredentialStore.File && _vault.Works();
        if (where == CredentialStore.Keyring && !inKeyring)
        {
            throw new AccountException(
                "The key store of this system cannot be used. Set credentialStore to file, or unlock the key store."
            );
        }

        using var held = await LockAsync(file + ".lock", cancellationToken);
        var setAside = SetAsideDamaged(file);
        if (inKeyring)
        {
            _vault.Write(Path.GetFileNameWithoutExtension(file), document);
            document = AccountDocument.WriteKeyring(origin, _time.GetUtcNow());
        }

        AtomicFile.Write(file, document);
        return Open(file) with { SetAside = setAside };
    }

    /// <summary>The tokens of the Codex CLI's login.</summary>
    /// <exception cref="AccountException">There is none that serves.</exception>
    public TokenSet RequireCodexLogin() =>
        CodexLogin.Read() switch
        {
            StoredLogin.Tokens { Set: var tokens } => tokens,
            StoredLogin.None { Problem: LoginProblem.NoFile } => throw new AccountException(
                $"There is no {_shown(_codexPath)}. Run `codex login` first, or `codex-proxy login`."
            ),
            _ => throw new AccountException($"{_shown(_codexPath)} holds no usable login of a ChatGPT plan."),
        };

    private async Task<RefreshLock> LockAsync(string path, CancellationToken cancellationToken) =>
        await RefreshLock.AcquireAsync(path, LockPatience, _time, cancellationToken)
        ?? throw new AccountException("Another program has been changing this account for too long.");

    private AccountEntry Open(string file)
    {
        var key = Path.GetFileNameWithoutExtension(file);
        var own = new AuthFile(file, _shown(file), "codex-proxy login");
        AccountFacts facts;
        try
        {
            facts = AccountDocument.Read(own.ReadDocument());
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            facts = new AccountFacts(AccountDocument.Version, AccountOrigin.SignIn, null, null, false);
        }

        ILoginStore login =
            facts.Version > AccountDocument.Version ? own
            : facts.Link is { } link ? new AuthFile(link, _shown(link))
            : facts.InKeyring ? new KeyringLogin(_vault, key, file, _shown(file))
            : own;
        return new AccountEntry(key, facts.Origin, facts.AddedAt ?? DateTimeOffset.UnixEpoch, file, login);
    }

    private string PathOf(string key) => Path.Combine(_folder, key + ".json");
}
