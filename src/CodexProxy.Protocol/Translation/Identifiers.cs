using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Protocol.Translation;

/// <summary>Ids of both wires, mapped by pure functions so that no table has to survive a restart.</summary>
public static class Identifiers
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Legal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    private static readonly SearchValues<char> LegalWord = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    /// <summary>Upstream <c>call_id</c> → client's <c>tool_use.id</c>.</summary>
    public static string ToToolUseId(string callId) =>
        callId.StartsWith("call_", StringComparison.Ordinal)
        && callId.Length is > 5 and <= 64
        && IsLegal(callId.AsSpan(5))
            ? "toolu_" + callId[5..]
        : callId.Length is > 0 and <= 64 && IsLegal(callId) && !callId.StartsWith("toolu_", StringComparison.Ordinal)
            ? callId
        : "toolu_h" + Hex(callId, 40);

    /// <summary>Client's <c>tool_use.id</c> or <c>tool_use_id</c> → upstream <c>call_id</c>.</summary>
    public static string ToCallId(string toolUseId)
    {
        var candidate = toolUseId.StartsWith("toolu_", StringComparison.Ordinal) ? "call_" + toolUseId[6..] : toolUseId;
        return candidate.Length is > 0 and <= 64 && IsLegal(candidate) ? candidate : "call_h" + Hex(toolUseId, 40);
    }

    /// <summary>A <c>call_id</c> as a client of the upstream's own protocol knows it → the same, shortened where need be.</summary>
    public static string ToUpstreamCallId(string callId) =>
        callId.Length is > 0 and <= 64 && IsLegal(callId) ? callId : "call_h" + Hex(callId, 40);

    /// <summary>Id of a hosted search item (<c>ws_…</c>) → <c>srvtoolu_…</c>.</summary>
    public static string ToServerToolUseId(string itemId)
    {
        var rest = itemId.StartsWith("ws_", StringComparison.Ordinal) ? itemId[3..] : itemId;
        return rest.Length is > 0 and <= 55 && !rest.AsSpan().ContainsAnyExcept(LegalWord)
            ? "srvtoolu_" + rest
            : "srvtoolu_" + Hex(itemId, 40);
    }

    /// <summary>Message id from the upstream response id, or from the request id when no response had begun.</summary>
    public static string ToMessageId(string responseOrRequestId) => "msg_01" + Base62Digest(responseOrRequestId)[..22];

    /// <summary>SHA-256 of the text as 43 base62 digits, left-padded.</summary>
    public static string Base62Digest(string text)
    {
        var value = new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(text)), isUnsigned: true, isBigEndian: true);
        Span<char> digits = stackalloc char[43];
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            value = BigInteger.DivRem(value, 62, out var digit);
            digits[i] = Base62[(int)digit];
        }

        return new string(digits);
    }

    /// <summary>Random bytes a request id needs.</summary>
    public const int RequestIdBytes = 22;

    /// <summary>A request id: <c>req_01</c> and 22 base62 characters, of the 22 random bytes given.</summary>
    public static string ToRequestId(ReadOnlySpan<byte> randomness)
    {
        Span<char> digits = stackalloc char[RequestIdBytes];
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = Base62[randomness[i] % 62];
        }

        return string.Concat("req_01", digits);
    }

    /// <summary>First <paramref name="length"/> lower-case hex digits of the text's SHA-256.</summary>
    public static string Hex(string text, int length) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..length];

    private static bool IsLegal(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Legal);
}
