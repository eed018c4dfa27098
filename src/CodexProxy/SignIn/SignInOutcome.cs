using CodexProxy.Credentials;

namespace CodexProxy.SignIn;

/// <summary>How a sign-in ended.</summary>
internal abstract record SignInOutcome;

/// <summary>The person is signed in.</summary>
/// <param name="Tokens">Not kept anywhere yet.</param>
internal sealed record SignedIn(SignInTokens Tokens) : SignInOutcome;

/// <summary>The sign-in came to nothing.</summary>
/// <param name="Problem">Why.</param>
/// <param name="Message">Why, and what can be done, in sentences for people. Holds nothing secret.</param>
internal sealed record SignInFailure(SignInProblem Problem, string Message) : SignInOutcome;

/// <summary>Why a sign-in came to nothing.</summary>
internal enum SignInProblem
{
    /// <summary>The person, or the workspace, said no.</summary>
    Denied,

    /// <summary>The workspace has no Codex access.</summary>
    NotEntitled,

    /// <summary>Another sign-in, or the person at the terminal, ended it.</summary>
    Cancelled,

    /// <summary>Nobody answered in time.</summary>
    TimedOut,

    /// <summary>Sign-in by device code is not offered to this person or by this issuer.</summary>
    NotEnabled,

    /// <summary>The issuer refused, or answered what cannot be used.</summary>
    Refused,

    /// <summary>The issuer could not be asked.</summary>
    Unreachable,
}
