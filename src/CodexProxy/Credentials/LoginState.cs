namespace CodexProxy.Credentials;

/// <summary>What is known of the login. Immutable; replaced as a whole.</summary>
/// <param name="Stamp">The file's stamp when it was read.</param>
/// <param name="Login">What it held.</param>
internal sealed record LoginState(FileStamp Stamp, StoredLogin Login)
{
    /// <summary>How long nothing is attempted after trouble in passing.</summary>
    public static TimeSpan RestAfterTrouble { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The issuer's last word on these tokens; null while there is none.</summary>
    public CredentialFailure? Refusal { get; init; }

    /// <summary>
    /// Set once both are refused, the access token by the backend and its renewal by the issuer: asking either again is idle.
    /// </summary>
    public CredentialFailure? End { get; init; }

    /// <summary>The last attempt that failed in passing.</summary>
    public CredentialFailure? PassingFailure { get; init; }

    /// <summary>Until when nothing is attempted after <see cref="PassingFailure"/>.</summary>
    public DateTimeOffset RestUntil { get; init; }

    /// <summary>
    /// Tokens that could not be written; null in the ordinary case, where the file holds <see cref="Login"/>.
    /// </summary>
    public RefreshedTokens? Unsaved { get; init; }

    /// <summary>The spent tokens that the file still holds while there is <see cref="Unsaved"/>.</summary>
    public TokenSet? UnsavedOver { get; init; }

    /// <summary>Why a refresh need not be attempted now; null when it should be.</summary>
    public CredentialFailure? Trouble(DateTimeOffset now) =>
        Refusal
        // More than the whole rest left: the clock was set back.
        ?? (now < RestUntil && RestUntil - now <= RestAfterTrouble ? PassingFailure : null);

    /// <summary>
    /// Whether the file must be read although its stamp has not moved: permissions change without a trace.
    /// </summary>
    public bool MustLookAgain => Login is StoredLogin.None { Problem: LoginProblem.Denied };
}
