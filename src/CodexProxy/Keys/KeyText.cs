using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Telemetry;

namespace CodexProxy.Keys;

/// <summary>How keys look.</summary>
internal static class KeyText
{
    private const string AnthropicStart = "sk-ant-";

    // What clients check that look at more than the start.
    private const int AnthropicLength = 108;

    /// <summary>A new key: 256 random bits or more behind <c>sk-</c>, by which secret scanners and our own logs know it.</summary>
    /// <param name="anthropic">Whether it has the form of Anthropic's own, for clients and gateways that look at it.</param>
    public static Secret New(bool anthropic)
    {
        Span<byte> random = stackalloc byte[70];
        RandomNumberGenerator.Fill(random);
        const string start = $"{AnthropicStart}api03-";
        return anthropic
            ? new Secret($"{start}{Base64Url.EncodeToString(random)[..(AnthropicLength - start.Length - 2)]}AA")
            : new Secret($"sk-codex-proxy-{Base64Url.EncodeToString(random[..32])}");
    }

    /// <summary>Whether a text has the form of a key of Anthropic's; nothing says that it is one.</summary>
    public static bool IsAnthropic(string text) =>
        text.StartsWith(AnthropicStart, StringComparison.Ordinal)
        && text.Length is >= 32 and <= 256
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>What is kept of a key: its SHA-256 as 64 hex digits.</summary>
    public static string DigestOf(Secret key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal())));
}
