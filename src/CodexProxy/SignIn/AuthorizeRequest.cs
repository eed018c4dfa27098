using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.SignIn;

/// <summary>
/// One request to be signed in: the address a person opens, and the two secrets that tie the answer to it. They live here
/// only, and print as <c>***</c>.
/// </summary>
internal sealed class AuthorizeRequest
{
    private const string Scope = "openid profile email offline_access api.connectors.read api.connectors.invoke";

    private readonly Secret _state = Random(32);

    /// <summary>Makes a request with fresh secrets.</summary>
    /// <param name="upstream">The issuer, and how the program names itself.</param>
    /// <param name="redirectUri">Where the browser is sent back to.</param>
    public AuthorizeRequest(UpstreamOptions upstream, Uri redirectUri)
    {
        RedirectUri = redirectUri;
        var challenge = SHA256.HashData(Encoding.ASCII.GetBytes(Verifier.Reveal()));
        // The order of the client whose issuer this is.
        ReadOnlySpan<(string Name, string Value)> parameters =
        [
            ("response_type", "code"),
            ("client_id", TokenSet.CodexClientId),
            ("redirect_uri", redirectUri.AbsoluteUri),
            ("code_challenge", Base64Url.EncodeToString(challenge)),
            ("code_challenge_method", "S256"),
            ("state", _state.Reveal()),
            ("scope", Scope),
            ("id_token_add_organizations", "true"),
            ("codex_cli_simplified_flow", "true"),
            ("originator", upstream.Originator),
        ];
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        Url = new Uri(upstream.Authorize.AbsoluteUri + query);
    }

    /// <summary>The address to open in a browser.</summary>
    public Uri Url { get; }

    /// <summary>Where the browser is sent back to.</summary>
    public Uri RedirectUri { get; }

    /// <summary>Proves to the token endpoint that this request was ours: 64 random bytes.</summary>
    public Secret Verifier { get; } = Random(64);

    /// <summary>Whether an answer belongs to this request.</summary>
    public bool HasState(Secret? state) => _state.Equals(state);

    private static Secret Random(int bytes) => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes)));
}
