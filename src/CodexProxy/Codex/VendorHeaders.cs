using System.Net.Http.Headers;
using CodexProxy.Credentials;

namespace CodexProxy.Codex;

/// <summary>
/// Which headers pass between the vendor's own client and the backend: all that are theirs, none that belong to a connection
/// or to this program, and the credentials in place of the client's.
/// </summary>
internal static class VendorHeaders
{
    // Names that stay on this side, in either direction.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        // Of the connection.
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "expect",
        "alt-svc",
        "date",
        "server",
        // Of this program, or replaced by it.
        "authorization",
        "x-api-key",
        "chatgpt-account-id",
        "x-openai-fedramp",
        CodexHeaders.RoutingOverride,
        "cookie",
        "set-cookie",
        "set-cookie2",
        // Of what browsers do with this program's own origin.
        "clear-site-data",
        "content-security-policy",
        "refresh",
        "strict-transport-security",
        "www-authenticate",
        "x-frame-options",
        "request-id",
        // Of the client's traces, which are its own affair.
        "traceparent",
        "tracestate",
        "baggage",
    };

    /// <summary>Whether the header passes.</summary>
    public static bool Passes(string name) =>
        !Kept.Contains(name) && !name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes whose plan pays.</summary>
    public static void Identify(HttpRequestHeaders headers, Credential credential, WorkspaceRoute route)
    {
        headers.TryAddWithoutValidation("authorization", credential.AccessToken.ToAuthorizationHeader());
        headers.TryAddWithoutValidation("chatgpt-account-id", credential.AccountId);
        if (credential.IsFedRamp)
        {
            headers.TryAddWithoutValidation("x-openai-fedramp", "true");
        }

        if (route.Override is { } routingOverride)
        {
            headers.TryAddWithoutValidation(CodexHeaders.RoutingOverride, routingOverride);
        }
    }
}
