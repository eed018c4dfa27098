using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Simulator.Accounts;

/// <summary>Codes that can be traded for tokens, each once.</summary>
internal sealed class CodeBook(SeededIds ids, AccountBook accounts)
{
    private readonly ConcurrentDictionary<string, Code> _codes = new(StringComparer.Ordinal);

    /// <summary>The account that signs in next; null for the default one.</summary>
    public SimulatedAccount? Person { get; set; }

    public static string Challenge(string verifier) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public string Issue(string challenge, string redirectUri)
    {
        var code = ids.Next("ac_", 40);
        _codes[code] = new Code(challenge, redirectUri, Person ?? accounts.Default);
        return code;
    }

    public SimulatedAccount? Redeem(string? code, string? verifier, string? redirect) =>
        code is not null
        && verifier is not null
        && _codes.TryRemove(code, out var known)
        && known.Challenge == Challenge(verifier)
        && known.RedirectUri == redirect
            ? known.Account
            : null;

    private sealed record Code(string Challenge, string RedirectUri, SimulatedAccount Account);
}
