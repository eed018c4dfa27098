using CodexProxy.Options;

namespace CodexProxy.SignIn;

/// <summary>
/// A sign-in that waits for its browser. The answer may come to its own port, to a port of somebody who hands it over, or
/// be pasted by a person; the first that belongs to this sign-in counts.
/// </summary>
internal sealed class BrowserSignIn : IAsyncDisposable
{
    /// <summary>How long a person at this machine has. 2 minutes.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(2);

    private readonly CallbackListener _listener;
    private readonly AuthorizeRequest _request;
    private readonly CodeExchange _exchange;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly TaskCompletionSource<SignInOutcome> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private BrowserSignIn(
        CallbackListener listener,
        AuthorizeRequest request,
        CodeExchange exchange,
        CancellationTokenSource limit
    ) => (_listener, _request, _exchange, _limit) = (listener, request, exchange, limit);

    /// <summary>The address to open in a browser.</summary>
    public Uri AuthorizeUrl => _request.Url;

    /// <summary>The port that waits for the browser.</summary>
    public int Port => _listener.Port;

    /// <summary>Ends when the sign-in has ended, however. Fails only by a fault of this program.</summary>
    public Task<SignInOutcome> Completion => _completion.Task;

    /// <summary>Begins to wait.</summary>
    /// <param name="options">Issuer, ports, and how the program names itself.</param>
    /// <param name="http">Asks the token endpoint; must not follow redirects. Stays the caller's.</param>
    /// <param name="time">Clock of all waits.</param>
    /// <param name="limit">How long the person has.</param>
    /// <param name="cancellationToken">Gives up beginning.</param>
    /// <exception cref="SignInFailedException">No port is free.</exception>
    public static async Task<BrowserSignIn> BeginAsync(
        ProxyOptions options,
        HttpClient http,
        TimeProvider time,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var listener = await CallbackListener.StartAsync(options.Login.CallbackPorts, time, cancellationToken);
        var signIn = new BrowserSignIn(
            listener,
            new AuthorizeRequest(options.Upstream, listener.RedirectUri),
            new CodeExchange(new IssuerClient(http, time), options.Upstream),
            new CancellationTokenSource(limit, time)
        );
        signIn._limit.Token.Register(() =>
            _ = signIn.EndAsync(
                SignInProblem.TimedOut,
                $"Nobody signed in within {limit.TotalMinutes:0} minutes. Sign in again."
            )
        );
        listener.Attach(
            query => signIn.AcceptAsync(query, listener.ExpectLastPage),
            () => signIn.EndAsync(SignInProblem.Cancelled, "The sign-in was cancelled by another sign-in.")
        );
        return signIn;
    }

    /// <summary>Takes what a browser brought back, and tells what to show it.</summary>
    public Task<SignInPage> AcceptCallbackAsync(CallbackQuery query) => AcceptAsync(query, beforeSignedIn: null);

    /// <summary>Takes what a person pasted. Null when it was used: <see cref="Completion"/> tells what became of it.</summary>
    /// <returns>What is wrong with the text, for people; the sign-in goes on waiting.</returns>
    public async Task<string?> CompleteAsync(string pastedText)
    {
        if (PastedCallback.Read(pastedText) is not { } query)
        {
            return "That is not the address of the page the browser was sent to. It begins with "
                + $"{_request.RedirectUri} and holds a code.";
        }

        if (query.State is not null && !_request.HasState(query.State))
        {
            return "That is the answer of another sign-in. Open the link above and paste what follows from it.";
        }

        var outcome = await ConcludeAsync(query, beforeSignedIn: null);
        return Completion.IsCompleted ? null : (outcome as SignInFailure)?.Message;
    }

    /// <summary>Ends the waiting, if it has not ended, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        await _disposed.CancelAsync();
        await EndAsync(SignInProblem.Cancelled, "The sign-in was cancelled.");
        await _listener.DisposeAsync();
        _limit.Dispose();
    }

    private async Task<SignInPage> AcceptAsync(CallbackQuery query, Action? beforeSignedIn)
    {
        // Somebody could have sent this browser here with an answer of his own. The true answer may still come.
        if (!_request.HasState(query.State))
        {
            return SignInPage.OtherSignIn;
        }

        return query is { Code: null, Refusal: null }
            ? SignInPage.Incomplete
            : SignInPage.For(await ConcludeAsync(query, beforeSignedIn));
    }

    private async Task<SignInOutcome> ConcludeAsync(CallbackQuery query, Action? beforeSignedIn)
    {
        // One after the other: a browser may send its answer twice, a person may paste it as well, and the code works once.
        await _gate.WaitAsync();
        try
        {
            if (Completion.IsCompleted)
            {
                return await Completion;
            }

            var outcome = query.Refusal ?? await RedeemAsync(query);
            if (outcome is SignedIn)
            {
                beforeSignedIn?.Invoke();
            }

            // A code alone may be any word that was pasted by mistake, and does not end the sign-in when it is refused.
            if (outcome is SignedIn || query.State is not null)
            {
                _completion.SetResult(outcome);
            }

            return outcome;
        }
        catch (Exception exception)
        {
            // A fault of ours must be seen, and nobody may wait for ever.
            _completion.TrySetException(exception);
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<SignInOutcome> RedeemAsync(CallbackQuery query)
    {
        try
        {
            return await _exchange.RedeemAsync(query.Code!, _request.Verifier, _request.RedirectUri, _disposed.Token);
        }
        catch (OperationCanceledException)
        {
            return new SignInFailure(SignInProblem.Cancelled, "The sign-in was cancelled.");
        }
    }

    // A code that is being redeemed still counts.
    private async Task EndAsync(SignInProblem problem, string message)
    {
        await _gate.WaitAsync();
        _completion.TrySetResult(new SignInFailure(problem, message));
        _gate.Release();
    }
}
