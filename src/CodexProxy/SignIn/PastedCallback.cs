using System.Buffers;
using CodexProxy.Telemetry;
using Microsoft.AspNetCore.WebUtilities;

namespace CodexProxy.SignIn;

/// <summary>
/// Reads what a person pastes where the browser cannot reach this machine: the whole address of the callback, what stands
/// behind its question mark, <c>code#state</c>, or the code alone.
/// </summary>
internal static class PastedCallback
{
    private const int LongestText = 8192;

    private static readonly SearchValues<char> CodeLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="
    );

    /// <summary>Reads a pasted text; null when it is none of the known forms.</summary>
    public static CallbackQuery? Read(string text)
    {
        var pasted = text.Trim().Trim('"', '\'', '<', '>').Trim();
        if (pasted.Length is 0 or > LongestText)
        {
            return null;
        }

        if (pasted.Contains('?') || pasted.Contains('&') || pasted.StartsWith("code=", StringComparison.Ordinal))
        {
            return ReadQuery(pasted);
        }

        var (code, state) = pasted.Split('#') switch
        {
            [var alone] => (alone, null),
            [var first, var second] => (first, second),
            _ => ("", null),
        };
        // A code alone names no request. It is taken only because the token endpoint wants the verifier of this very
        // sign-in with it, so that the code of another one is refused there.
        return IsCode(code) && (state is null || IsCode(state))
            ? new CallbackQuery(new Secret(code), state is null ? null : new Secret(state), Refusal: null)
            : null;
    }

    private static CallbackQuery? ReadQuery(string pasted)
    {
        var start = pasted.IndexOf('?') + 1;
        var end = pasted.IndexOf('#', start);
        var query = QueryHelpers.ParseQuery(end < 0 ? pasted[start..] : pasted[start..end]);
        var read = CallbackQuery.Of(name => query.TryGetValue(name, out var values) ? values.FirstOrDefault() : null);
        // An address of the issuer always carries the state; one without was tampered with or cut off.
        return read is { State: not null } and ({ Code: not null } or { Refusal: not null }) ? read : null;
    }

    private static bool IsCode(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(CodeLetters);
}
