using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.SignIn;

/// <summary>Trades the code of a finished sign-in for tokens.</summary>
/// <param name="issuer">Asks the issuer.</param>
/// <param name="upstream">The token endpoint.</param>
internal sealed class CodeExchange(IssuerClient issuer, UpstreamOptions upstream)
{
    /// <summary>Redeems a code. It works once, whatever becomes of the answer.</summary>
    /// <param name="code">The code.</param>
    /// <param name="verifier">Proves that the sign-in was begun here.</param>
    /// <param name="redirectUri">The same as in the request that led to the code.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignInOutcome> RedeemAsync(
        Secret code,
        Secret verifier,
        Uri redirectUri,
        CancellationToken cancellationToken
    )
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "authorization_code"),
            new("client_id", TokenSet.CodexClientId),
            new("code", code.Reveal()),
            new("redirect_uri", redirectUri.AbsoluteUri),
            new("code_verifier", verifier.Reveal()),
        ]);
        return await issuer.PostAsync(upstream.Token, form, cancellationToken) switch
        {
            null => Failure(SignInProblem.Unreachable, "The token endpoint could not be reached. Sign in again."),
            { Status: 200 } answer when ReadTokens(answer) is { } tokens => new SignedIn(tokens),
            { Status: 200 } => Failure(
                SignInProblem.Refused,
                "The token endpoint answered without all tokens. Sign in again."
            ),
            { ErrorCode: "invalid_grant" } => Failure(
                SignInProblem.Refused,
                "The code was refused: it is spent, too old, or of another sign-in. Sign in again."
            ),
            var answer => Failure(
                SignInProblem.Refused,
                $"The token endpoint refused the code with status {answer.Status}. Sign in again."
            ),
        };
    }

    private static SignInTokens? ReadTokens(IssuerAnswer answer) =>
        answer.Text("id_token") is { } id
        && answer.Text("access_token") is { } access
        && answer.Text("refresh_token") is { } refresh
            ? new SignInTokens(new Secret(id), new Secret(access), new Secret(refresh))
            : null;

    private static SignInFailure Failure(SignInProblem problem, string message) => new(problem, message);
}
