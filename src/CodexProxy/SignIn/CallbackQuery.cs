using CodexProxy.Telemetry;

namespace CodexProxy.SignIn;

/// <summary>What a browser that comes back from the issuer brings with it.</summary>
/// <param name="Code">Can be traded for tokens; null when there is none.</param>
/// <param name="State">Names the request this belongs to; null when there is none.</param>
/// <param name="Refusal">What the issuer said no with; null when it did not.</param>
internal sealed record CallbackQuery(Secret? Code, Secret? State, SignInFailure? Refusal)
{
    private const string MissingEntitlement = "missing_codex_entitlement";

    /// <summary>Reads the query of a callback.</summary>
    public static CallbackQuery Of(IQueryCollection query) => Of(name => query[name].FirstOrDefault());

    /// <summary>Reads a query by the names of its parameters.</summary>
    public static CallbackQuery Of(Func<string, string?> parameter) =>
        new(
            Hidden(parameter("code")),
            Hidden(parameter("state")),
            Refused(parameter("error"), parameter("error_description"))
        );

    private static Secret? Hidden(string? value) => string.IsNullOrEmpty(value) ? null : new Secret(value);

    // The description is never repeated: it is text from outside, and the two known cases have sentences of their own.
    private static SignInFailure? Refused(string? error, string? description) =>
        (error, description) switch
        {
            (null or "", _) => null,
            (MissingEntitlement, _) => NotEntitled,
            (_, { } text) when text.Contains(MissingEntitlement, StringComparison.OrdinalIgnoreCase) => NotEntitled,
            ("access_denied", _) => new SignInFailure(
                SignInProblem.Denied,
                "The sign-in was denied. Sign in again and choose to allow it."
            ),
            _ => new SignInFailure(
                SignInProblem.Refused,
                IsWord(error)
                    ? $"The sign-in was refused ({error}). Try again later."
                    : "The sign-in was refused. Try again later."
            ),
        };

    private static SignInFailure NotEntitled { get; } =
        new(
            SignInProblem.NotEntitled,
            "This workspace has no access to Codex. Ask its administrator, or sign in with another workspace."
        );

    private static bool IsWord(string text) =>
        text.Length <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
