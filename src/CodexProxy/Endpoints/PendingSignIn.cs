using CodexProxy.Accounts;
using CodexProxy.Options;
using CodexProxy.SignIn;

namespace CodexProxy.Endpoints;

/// <summary>How the sign-in that was begun last goes.</summary>
/// <param name="State"><c>none</c>, <c>waiting</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Message">What came of it; null while nothing has.</param>
/// <param name="Account">Who was signed in; null when nobody was.</param>
internal sealed record SignInProgress(string State, string? Message, string? Account);

/// <summary>
/// The sign-in that was begun over HTTP and waits for its browser or its device; a new one ends the one before. What it knows
/// (verifier, state, tokens) never leaves this process.
/// </summary>
internal sealed partial class PendingSignIn(
    AccountActions actions,
    AccountDirectory accounts,
    HttpClient http,
    OptionsSource options,
    TimeProvider time,
    ILogger<PendingSignIn> logger
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private BrowserSignIn? _signIn;
    private CancellationTokenSource? _device;
    private Task<Kept>? _kept;
    private Task _over = Task.CompletedTask;

    /// <summary>Begins a sign-in.</summary>
    /// <returns>The address to open, and the port that waits for the browser.</returns>
    /// <exception cref="SignInFailedException">No port is free.</exception>
    public async Task<(Uri Address, int Port)> BeginAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await EndAsync();
            var signIn = await BrowserSignIn.BeginAsync(
                options.Current,
                http,
                time,
                BrowserSignIn.UsualLimit,
                cancellationToken
            );
            _signIn = signIn;
            var kept = KeepAsync(signIn.Completion);
            _kept = kept;
            _over = FreeAsync(signIn, kept);
            return (signIn.AuthorizeUrl, signIn.Port);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Begins a sign-in by a code that the person types into a page on any device.</summary>
    /// <returns>The code, and when it can no longer be used.</returns>
    /// <exception cref="SignInFailedException">The issuer gives none.</exception>
    public async Task<(DeviceCode Code, DateTimeOffset ExpiresAt)> BeginDeviceAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await EndAsync();
            var device = new DeviceSignIn(new IssuerClient(http, time), options.Current.Upstream, time);
            var (code, failure) = await device.StartAsync(cancellationToken);
            if (code is null)
            {
                throw new SignInFailedException(failure!.Message);
            }

            _device = new CancellationTokenSource();
            var kept = KeepAsync(device.WaitAsync(code, _device.Token));
            (_kept, _over) = (kept, kept);
            return (code, time.GetUtcNow() + DeviceSignIn.Life);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>How the sign-in that was begun last goes.</summary>
    public SignInProgress Progress =>
        _kept is not { } kept ? new SignInProgress("none", null, null)
        : !kept.IsCompletedSuccessfully ? new SignInProgress("waiting", null, null)
        : kept.Result is { IsSignedIn: true } done ? new SignInProgress("done", done.Sentence, done.Account)
        : new SignInProgress("failed", kept.Result.Sentence, null);

    /// <summary>Takes what a person pasted.</summary>
    /// <returns>The sentence that says who is signed in.</returns>
    /// <exception cref="AccountException">Nothing waits for it, or it is of no use.</exception>
    public async Task<string> CompleteAsync(string pastedText)
    {
        var signIn = _signIn ?? throw new AccountException("No sign-in is waiting. Begin one with POST /accounts/add.");
        if (await signIn.CompleteAsync(pastedText) is { } problem)
        {
            throw new AccountException(problem);
        }

        var kept = await _kept!;
        return kept.IsSignedIn ? kept.Sentence : throw new AccountException(kept.Sentence);
    }

    /// <summary>Takes what a browser brought to the gateway's own port.</summary>
    public Task<SignInPage> AcceptAsync(IQueryCollection query) =>
        _signIn is { } signIn
            ? signIn.AcceptCallbackAsync(CallbackQuery.Of(query))
            : Task.FromResult(SignInPage.OtherSignIn);

    /// <summary>Ends the waiting and frees the port.</summary>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await EndAsync();
            _kept = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _gate.Dispose();
    }

    private async Task EndAsync()
    {
        if (_signIn is { } signIn)
        {
            _signIn = null;
            await signIn.DisposeAsync();
            // A login that has just come is on the disk before the program ends, and before the next one begins.
            await _over;
        }

        if (_device is { } device)
        {
            _device = null;
            await device.CancelAsync();
            await _over;
            device.Dispose();
        }
    }

    // Others want the port, which the issuer knows by its number.
    private static async Task FreeAsync(BrowserSignIn signIn, Task<Kept> kept)
    {
        try
        {
            await kept;
        }
        finally
        {
            await signIn.DisposeAsync();
        }
    }

    private async Task<Kept> KeepAsync(Task<SignInOutcome> outcome)
    {
        try
        {
            switch (await outcome)
            {
                case SignedIn { Tokens: var tokens }:
                    var sentence = await actions.AddAsync(tokens, CancellationToken.None);
                    LogKept(logger);
                    return new Kept(true, sentence, accounts.Current.Active?.Name);
                case SignInFailure failure:
                    LogFailed(logger, failure.Problem);
                    return new Kept(false, failure.Message);
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}.");
            }
        }
        catch (OperationCanceledException)
        {
            return new Kept(false, "The sign-in was ended before it was done.");
        }
        catch (Exception exception) when (exception is AccountException or IOException or UnauthorizedAccessException)
        {
            LogLost(logger, exception.GetType().Name);
            return new Kept(false, "The sign-in worked, but it could not be kept.");
        }
    }

    private sealed record Kept(bool IsSignedIn, string Sentence, string? Account = null);

    [LoggerMessage(Level = LogLevel.Information, Message = "A new account was signed in.")]
    private static partial void LogKept(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in ended without an account ({Problem}).")]
    private static partial void LogFailed(ILogger logger, SignInProblem problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "A new login could not be kept ({Reason}).")]
    private static partial void LogLost(ILogger logger, string reason);
}
