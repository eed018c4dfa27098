using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// A login, kept alive. Any number of callers at once cause one refresh; other programs that share the
/// file are kept out by a lock beside it, and what they refreshed is picked up instead of being repeated. New tokens
/// are on the disk before anybody uses them.
/// </summary>
public sealed partial class CodexLogin : IAsyncDisposable
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ReuseGrace = TimeSpan.FromSeconds(1);

    private readonly ILoginStore _store;
    private readonly TokenClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger<CodexLogin> _logger;
    private readonly LoginWatch? _watch;
    private readonly Lock _gate = new();
    private volatile LoginState _state;
    private Task<CredentialResult>? _flight;

    /// <summary>Opens the login of a Codex folder. Nothing is asked of the issuer yet.</summary>
    /// <param name="path">The login's file.</param>
    /// <param name="shownPath">How to call it to people.</param>
    /// <param name="client">The issuer.</param>
    /// <param name="time">Clock of expiry and rests.</param>
    /// <param name="logger">Receives what happened, without tokens or names.</param>
    public CodexLogin(string path, string shownPath, TokenClient client, TimeProvider time, ILogger<CodexLogin> logger)
        : this(new AuthFile(path, shownPath), client, time, logger) { }

    /// <summary>Opens a login. Nothing is asked of the issuer yet.</summary>
    internal CodexLogin(
        ILoginStore store,
        TokenClient client,
        TimeProvider time,
        ILogger<CodexLogin> logger,
        LoginWatch? watch = null
    )
    {
        _watch = watch;
        _store = store;
        _client = client;
        _time = time;
        _logger = logger;
        _state = new LoginState(_store.Stamp(), Seen(_store.Read()));
    }

    /// <summary>A credential for the next request, refreshed first when its token is about to end.</summary>
    public async ValueTask<CredentialResult> GetAsync(CancellationToken cancellationToken)
    {
        var state = LookAgain(always: false);
        if (state.Login is not StoredLogin.Tokens { Set: var tokens })
        {
            return Explain(state.Login);
        }

        if (state.End is { } end)
        {
            return end;
        }

        var now = _time.GetUtcNow();
        if (!tokens.IsDue(now))
        {
            return tokens.Credential;
        }

        var result =
            (CredentialResult?)state.Trouble(now)
            ?? await RefreshAsync(tokens, RefreshReason.ProactiveExpiry, cancellationToken);
        return result is CredentialFailure && !tokens.IsExpired(_time.GetUtcNow()) ? tokens.Credential : result;
    }

    /// <summary>A credential with new tokens, because a person asked for them.</summary>
    public async Task<CredentialResult> RenewAsync(CancellationToken cancellationToken)
    {
        var state = LookAgain(always: true);
        return state.Login is StoredLogin.Tokens { Set: var tokens }
            ? await RefreshAsync(tokens, RefreshReason.Forced, cancellationToken)
            : Explain(state.Login);
    }

    /// <summary>Another credential after the backend refused one: what somebody stored since, else a refresh.</summary>
    /// <param name="failed">The token that was refused.</param>
    /// <param name="cancellationToken">Ends the waiting; a refresh that has begun goes on.</param>
    public async ValueTask<CredentialResult> RecoverAsync(AccessToken failed, CancellationToken cancellationToken)
    {
        var state = LookAgain(always: true);
        if (state.Login is not StoredLogin.Tokens { Set: var tokens })
        {
            return Explain(state.Login);
        }

        if (!tokens.Credential.AccessToken.Equals(failed))
        {
            return tokens.Credential;
        }

        var result =
            (CredentialResult?)state.Trouble(_time.GetUtcNow())
            ?? await RefreshAsync(tokens, RefreshReason.UnauthorizedRecovery, cancellationToken);
        if (result is CredentialFailure { Kind: CredentialFailureKind.Refused } refusal)
        {
            EndOf(tokens, refusal);
        }

        return result;
    }

    /// <summary>
    /// Waits for a refresh that is under way: its answer holds the only copy of the next refresh token. At most 10 s.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Task<CredentialResult>? flight;
        lock (_gate)
        {
            flight = _flight;
        }

        if (flight is not null)
        {
            await Task.WhenAny(flight, Task.Delay(FarewellPatience, _time));
        }
    }

    private Task<CredentialResult> RefreshAsync(
        TokenSet stale,
        RefreshReason reason,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            // It runs on its own: a caller that goes away must not take a spent refresh token's successor with it.
            _flight = _flight is { IsCompleted: false }
                ? _flight
                : Task.Run(() => RefreshUnderLockAsync(stale, reason), CancellationToken.None);
            return _flight.WaitAsync(cancellationToken);
        }
    }

    private async Task<CredentialResult> RefreshUnderLockAsync(TokenSet stale, RefreshReason reason)
    {
        try
        {
            using var held = await RefreshLock.AcquireAsync(
                _store.LockPath,
                LockPatience,
                _time,
                CancellationToken.None
            );
            if (held is null)
            {
                return Rest("another program has been renewing the ChatGPT login for too long");
            }

            var state = LookAgain(always: true);
            if (state.Login is not StoredLogin.Tokens { Set: var tokens })
            {
                return Explain(state.Login);
            }

            if (!tokens.Credential.AccessToken.Equals(stale.Credential.AccessToken))
            {
                LogPickedUp(_logger, tokens.Credential.AccessToken.Fingerprint);
                return tokens.Credential;
            }

            return (state.Unsaved is null ? StoreKeptAnswer(tokens) : null)
                ?? await ExchangeAsync(tokens, state.UnsavedOver ?? tokens, reason);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Rest($"{_store.ShownPath} or its folder cannot be written, so a renewed login could not be kept");
        }
    }

    // An answer is kept under the token that the store holds: that is what the next program will find there.
    private async Task<CredentialResult> ExchangeAsync(TokenSet tokens, TokenSet stored, RefreshReason reason)
    {
        if (tokens.RefreshToken is not { } refreshToken)
        {
            return Refuse(tokens, "the ChatGPT login has no refresh token");
        }

        using var span = Tracing.Begin("login.refresh");
        var document = _store.ReadDocument();
        using var answer = _store.BeginAnswer(stored.RefreshToken ?? refreshToken);
        var outcome = await _client.RefreshAsync(
            refreshToken,
            tokens.ClientId,
            reason,
            body => KeepIfPossible(answer, body),
            CancellationToken.None
        );
        CredentialResult result = outcome switch
        {
            RefreshedTokens refreshed => Store(tokens, document, answer, refreshed),
            RefreshRefused refused => await RefuseUnlessReplacedAsync(tokens, refused.Reason),
            RefreshUnavailable unavailable => Rest(unavailable.Reason),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
        return Note(result, span);
    }

    // A program that was killed had the answer and no time to store it. What it kept is the only copy.
    private CredentialResult? StoreKeptAnswer(TokenSet tokens)
    {
        if (tokens.RefreshToken is not { } spent || _store.FindAnswer(spent, out var kept) is not { } answer)
        {
            return null;
        }

        using (answer)
        {
            return Store(tokens, _store.ReadDocument(), answer, kept);
        }
    }

    private CredentialResult Store(
        TokenSet spent,
        ReadOnlyMemory<byte> document,
        IKeptAnswer answer,
        RefreshedTokens refreshed
    )
    {
        // Somebody signed out or signed in anew while the issuer was asked: that is the user's will, and newer.
        var state = LookAgain(always: true);
        if (state.Login is not StoredLogin.Tokens { Set: var stored })
        {
            if (IsSignedOut(state.Login))
            {
                answer.Forget();
            }

            return Explain(state.Login);
        }

        if (!stored.HasSameTokens(spent))
        {
            answer.Forget();
            return stored.Credential;
        }

        var renewed = AuthDocument.Replace(document, refreshed.Over(state.Unsaved), _time.GetUtcNow());
        try
        {
            _store.Write(renewed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return KeepUnsaved(renewed, refreshed.Over(state.Unsaved));
        }

        answer.Forget();
        state = LookAgain(always: true);
        if (state.Login is not StoredLogin.Tokens { Set: var tokens })
        {
            return Explain(state.Login);
        }

        LogRefreshed(_logger, tokens.Credential.AccessToken.Fingerprint);
        return tokens.Credential;
    }

    // The Codex CLI does not know our lock. When it was quicker, its tokens are in the file now, or in a moment.
    private async Task<CredentialResult> RefuseUnlessReplacedAsync(TokenSet tokens, string reason)
    {
        for (var look = 0; look < 2; look++)
        {
            if (LookAgain(always: true).Login is StoredLogin.Tokens { Set: var now } && !now.HasSameTokens(tokens))
            {
                LogPickedUp(_logger, now.Credential.AccessToken.Fingerprint);
                return now.Credential;
            }

            if (look == 0)
            {
                await Task.Delay(ReuseGrace, _time, CancellationToken.None);
            }
        }

        return Refuse(tokens, reason);
    }
}
