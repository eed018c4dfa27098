using System.Buffers.Text;

namespace CodexProxy.Hosting;

/// <summary>
/// The key shown to people when none is configured. It is no secret: it is well-formed as a token for a gateway,
/// because Claude Code shows quota only to sessions whose key has that form.
/// </summary>
internal static class LocalKey
{
    /// <summary>The key.</summary>
    public static string Value { get; } =
        string.Join(
            '.',
            Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8),
            Base64Url.EncodeToString("""{"aud":"claude-gateway","sub":"local"}"""u8),
            Base64Url.EncodeToString("local"u8)
        );
}
