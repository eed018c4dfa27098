namespace CodexProxy.Accounts;

/// <summary>How an account came here.</summary>
public enum AccountOrigin
{
    /// <summary>Signed in here.</summary>
    SignIn,

    /// <summary>Copied from the Codex CLI's login, with which it shares one refresh token until either is renewed.</summary>
    Import,

    /// <summary>The Codex CLI's login, used in its own place.</summary>
    Link,
}
