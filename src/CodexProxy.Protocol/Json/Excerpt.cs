namespace CodexProxy.Protocol.Json;

/// <summary>Keeps texts short that quote what a client wrote.</summary>
internal static class Excerpt
{
    private const int Longest = 2000;

    /// <summary>The text, or its first 2,000 letters and a sign that more followed.</summary>
    public static string Of(string text) =>
        text.Length <= Longest ? text
        : char.IsHighSurrogate(text[Longest - 1]) ? text[..(Longest - 1)] + "…"
        : text[..Longest] + "…";
}
