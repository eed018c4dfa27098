using System.Runtime.InteropServices;
using System.Text.Json;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Caching;

/// <summary>
/// Counts tokens the simulator's way: one for every four bytes of JSON, rounded up, and a flat price for each inline image or
/// file. Rough, but always the same.
/// </summary>
public static class TokenEstimate
{
    /// <summary>Bytes that make one token.</summary>
    public const int BytesPerToken = 4;

    /// <summary>Tokens of an image or file given as a data URL, whatever its size.</summary>
    public const int InlineMediaTokens = 1024;

    /// <summary>Tokens of that many bytes.</summary>
    public static int OfBytes(long bytes) => (int)((bytes + BytesPerToken - 1) / BytesPerToken);

    /// <summary>Bytes of an item that count, with its data URLs replaced by their flat price.</summary>
    internal static int CountedBytes(JsonElement item)
    {
        var raw = JsonMarshal.GetRawUtf8Value(item);
        if (raw.IndexOf("\"data:"u8) < 0)
        {
            return raw.Length;
        }

        var bytes = raw.Length;
        foreach (var name in (ReadOnlySpan<string>)["content", "output"])
        {
            if (!item.TryGetProperty(name, out var parts) || parts.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var part in parts.EnumerateArray())
            {
                var url = ConversationView.Text(part, "image_url") ?? ConversationView.Text(part, "file_data");
                if (url?.StartsWith("data:", StringComparison.Ordinal) == true)
                {
                    bytes += (InlineMediaTokens * BytesPerToken) - url.Length;
                }
            }
        }

        return bytes;
    }
}
