namespace CodexProxy.Options;

/// <summary>Where logins are kept, and whether several of them serve.</summary>
public sealed record AccountOptions
{
    /// <summary>
    /// Whether other accounts of the user may serve when the active one cannot. Default off: the active account only.
    /// </summary>
    public bool Rotation { get; init; }

    /// <summary>How requests are spread while <see cref="Rotation"/> is on. Default <see cref="AccountStrategy.Sticky"/>.</summary>
    public AccountStrategy Strategy { get; init; }

    /// <summary>Where the tokens of new logins are kept. Default <see cref="CredentialStore.File"/>.</summary>
    public CredentialStore Store { get; init; }
}

/// <summary>How requests are spread over accounts where rotation is on.</summary>
public enum AccountStrategy
{
    /// <summary>The active account as long as it can serve, then the next one.</summary>
    Sticky,

    /// <summary>Each new conversation goes to the next account.</summary>
    RoundRobin,
}

/// <summary>Where the tokens of new logins are kept.</summary>
public enum CredentialStore
{
    /// <summary>In a file of the state folder that only the user may read.</summary>
    File,

    /// <summary>In the key store of the system: Keychain, DPAPI or the Secret Service.</summary>
    Keyring,

    /// <summary>In the key store of the system where it works, else in a file.</summary>
    Auto,
}
