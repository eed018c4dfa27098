using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

public sealed partial class CodexLogin
{
    private string Cure => $"Run `{_store.SignInCommand}`.";

    /// <summary>The stored tokens, good or refused; null when there are none.</summary>
    public TokenSet? Stored => (LookAgain(always: false).Login as StoredLogin.Tokens)?.Set;

    /// <summary>What is stored now, without asking the issuer: for status lines.</summary>
    public CredentialResult Peek()
    {
        var state = LookAgain(always: false);
        return state.Login is not StoredLogin.Tokens tokens ? Explain(state.Login)
            : state.Refusal is { } refusal ? refusal
            : tokens.Set.Credential;
    }

    // A verdict belongs to the tokens it was passed on, and stays with them when the file is merely touched.
    private LoginState LookAgain(bool always)
    {
        var stamp = _store.Stamp();
        if (!always && stamp == _state.Stamp && !_state.MustLookAgain)
        {
            return _state;
        }

        lock (_gate)
        {
            var login = Seen(_store.Read());
            if (login is StoredLogin.Tokens { Set: var old } && _state.UnsavedOver?.HasSameTokens(old) == true)
            {
                return _state = _state with { Stamp = stamp };
            }

            var same =
                login is StoredLogin.Tokens { Set: var read }
                && _state.Login is StoredLogin.Tokens { Set: var known }
                && read.HasSameTokens(known);
            return _state = same ? _state with { Stamp = stamp, Login = login } : new LoginState(stamp, login);
        }
    }

    private StoredLogin Seen(StoredLogin login)
    {
        if (_watch is not null && login is StoredLogin.Tokens { Set.Credential: var credential })
        {
            _watch.Seen(credential);
        }

        return login;
    }

    // What became of an exchange is counted, and its span ends.
    private CredentialResult Note(CredentialResult result, System.Diagnostics.Activity? span)
    {
        var outcome =
            result is not CredentialFailure failure ? "renewed"
            : failure.Kind == CredentialFailureKind.Unavailable ? "unavailable"
            : "refused";
        _watch?.Renewed(outcome);
        if (outcome != "renewed")
        {
            span?.Fail(outcome);
        }

        return result;
    }

    // The file still holds the spent tokens. The new ones exist only here, and lasting until the program ends beats
    // losing them.
    private CredentialResult KeepUnsaved(byte[] document, RefreshedTokens refreshed)
    {
        var login = Seen(AuthDocument.Read(document));
        lock (_gate)
        {
            var over = _state.UnsavedOver ?? (_state.Login as StoredLogin.Tokens)?.Set;
            _state = new LoginState(_store.Stamp(), login) { Unsaved = refreshed, UnsavedOver = over };
        }

        LogUnsaved(_logger, _store.ShownPath);
        return login is StoredLogin.Tokens { Set: var tokens } ? tokens.Credential : Explain(login);
    }

    private static void KeepIfPossible(IKeptAnswer answer, ReadOnlyMemory<byte> body)
    {
        try
        {
            answer.Keep(body.Span);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The old token is spent all the same; the new ones can still be stored, or at least be used.
        }
    }

    private CredentialFailure Refuse(TokenSet tokens, string reason)
    {
        var failure = new CredentialFailure(CredentialFailureKind.Refused, $"{Sentence(reason)} {Cure}");
        lock (_gate)
        {
            if (_state.Login is StoredLogin.Tokens { Set: var known } && known.HasSameTokens(tokens))
            {
                _state = _state with { Refusal = failure };
            }
        }

        LogRefused(_logger, reason);
        return failure;
    }

    private void EndOf(TokenSet tokens, CredentialFailure refusal)
    {
        lock (_gate)
        {
            if (_state.Login is StoredLogin.Tokens { Set: var known } && known.HasSameTokens(tokens))
            {
                _state = _state with { End = refusal };
            }
        }
    }

    private CredentialFailure Rest(string reason)
    {
        var failure = new CredentialFailure(
            CredentialFailureKind.Unavailable,
            $"The ChatGPT login could not be renewed: {reason}."
        );
        lock (_gate)
        {
            _state = _state with
            {
                PassingFailure = failure,
                RestUntil = _time.GetUtcNow() + LoginState.RestAfterTrouble,
            };
        }

        LogTrouble(_logger, reason);
        return failure;
    }

    private CredentialFailure Explain(StoredLogin login)
    {
        var problem = login is StoredLogin.None none ? none.Problem : LoginProblem.NoTokens;
        var file = _store.ShownPath;
        return problem switch
        {
            LoginProblem.NoFile => new(CredentialFailureKind.SignedOut, $"Not signed in: there is no {file}. {Cure}"),
            LoginProblem.OtherMode => new(
                CredentialFailureKind.SignedOut,
                $"{file} holds no login of a ChatGPT plan. Run `{_store.SignInCommand}` and sign in with ChatGPT."
            ),
            LoginProblem.NoTokens => new(CredentialFailureKind.SignedOut, $"{file} holds no complete login. {Cure}"),
            LoginProblem.Denied => new(
                CredentialFailureKind.Unreadable,
                $"{file} cannot be read. Make it readable for the user that runs codex-proxy."
            ),
            LoginProblem.NewerVersion => new(
                CredentialFailureKind.Unreadable,
                $"{file} was written by a later version of codex-proxy. Update this one."
            ),
            LoginProblem.Corrupt => new(CredentialFailureKind.Unreadable, $"{file} is damaged. {Cure}"),
            _ => throw new InvalidOperationException($"Unknown problem {problem}."),
        };
    }

    // A place that cannot be read or understood just now says nothing of the kind.
    private static bool IsSignedOut(StoredLogin login) =>
        login is StoredLogin.None { Problem: LoginProblem.NoFile or LoginProblem.NoTokens or LoginProblem.OtherMode };

    private static string Sentence(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..] + ".";

    [LoggerMessage(Level = LogLevel.Information, Message = "The ChatGPT login was renewed (token {Fingerprint}).")]
    private static partial void LogRefreshed(ILogger logger, string fingerprint);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Another program had renewed the ChatGPT login (token {Fingerprint})."
    )]
    private static partial void LogPickedUp(ILogger logger, string fingerprint);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The renewed ChatGPT login could not be written to {File}; it is lost when the program ends."
    )]
    private static partial void LogUnsaved(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "The ChatGPT login cannot be renewed any more: {Reason}.")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ChatGPT login could not be renewed now: {Reason}.")]
    private static partial void LogTrouble(ILogger logger, string reason);
}
