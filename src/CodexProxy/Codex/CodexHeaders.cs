using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Codex;

/// <summary>
/// Every header sent to the Codex backend, and why. We name ourselves as originator and user agent; the one claim about
/// another client is the protocol version, which the backend uses to decide what models it serves.
/// </summary>
internal static class CodexHeaders
{
    /// <summary>Sticky routing inside one turn: given on an answer, echoed on the next request of that turn.</summary>
    public const string TurnState = "x-codex-turn-state";

    /// <summary>Where a workspace bound to a region is served.</summary>
    public const string RoutingOverride = "x-openai-account-routing-override";

    /// <summary>Tells the backend that the body has the lite shape.</summary>
    public const string Lite = "x-openai-internal-codex-responses-lite";

    /// <summary>Parts of the protocol a request makes use of.</summary>
    public const string Features = "x-codex-beta-features";

    /// <summary>Compaction by a request of its own kind.</summary>
    public const string Compaction = "remote_compaction_v2";

    /// <summary>Writes the headers every call to the backend carries.</summary>
    public static void Identify(HttpRequestHeaders headers, Credential credential, ProxyOptions options)
    {
        headers.TryAddWithoutValidation("version", options.Upstream.ClientVersion);
        headers.TryAddWithoutValidation("authorization", credential.AccessToken.ToAuthorizationHeader());
        headers.TryAddWithoutValidation("chatgpt-account-id", credential.AccountId);
        headers.TryAddWithoutValidation("originator", options.Upstream.Originator);
        headers.TryAddWithoutValidation("user-agent", options.Upstream.UserAgent);
        if (credential.IsFedRamp)
        {
            headers.TryAddWithoutValidation("x-openai-fedramp", "true");
        }
    }

    /// <summary>Writes the headers that place a request in its session and turn.</summary>
    public static void Place(HttpRequestHeaders headers, TranslationContext context, string? turnState, bool lite)
    {
        var session = Guid.TryParse(context.SessionId, out var parsed)
            ? parsed.ToString("D")
            : UuidFrom(context.CacheKey);
        var thread = context.AgentId is null ? session : UuidFrom($"{session}/{context.AgentId}");
        headers.TryAddWithoutValidation("session-id", session);
        headers.TryAddWithoutValidation("thread-id", thread);
        headers.TryAddWithoutValidation("x-client-request-id", thread);
        if (turnState is not null)
        {
            headers.TryAddWithoutValidation(TurnState, turnState);
        }

        if (lite)
        {
            headers.TryAddWithoutValidation(Lite, "true");
        }
    }

    /// <summary>A version-8 UUID from the SHA-256 of a text: the same lane gets the same id in every process.</summary>
    internal static string UuidFrom(string text)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true).ToString("D");
    }
}
