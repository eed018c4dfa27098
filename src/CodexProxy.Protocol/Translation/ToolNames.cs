using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Tool names under the backend's limit of 64 characters (clients may use 128). Shortening is a pure function of the name,
/// so a tool keeps its name over restarts and when the tool list changes.
/// </summary>
public static class ToolNames
{
    private const int MaxLength = 64;

    private static readonly SearchValues<char> Legal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    /// <summary>The upstream name of a client's tool name.</summary>
    public static string Shorten(string name) => IsLegal(name) ? name : WithHash(name, name);

    /// <summary>The upstream name of the second of two tools whose names shorten to the same.</summary>
    public static string ShortenSecond(string name) => WithHash(name, name + "\0" + "2");

    /// <summary>Says that a deferred tool may be called now, under the only name that the model can call it by.</summary>
    public static string Loaded(string name) => $"Tool loaded: {Shorten(name)}";

    private static bool IsLegal(string name) =>
        name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAnyExcept(Legal);

    private static string WithHash(string name, string hashed)
    {
        var safe = string.Create(
            name.Length,
            name,
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = Legal.Contains(source[i]) ? source[i] : '_';
                }
            }
        );
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashed)).AsSpan(0, 4));
        return safe.Length > 55 ? $"{safe[..27]}_{hash}_{safe[^27..]}" : $"{safe}_{hash}";
    }
}
