namespace CodexProxy.Protocol.Json;

/// <summary>Keeps texts short that quote what a client wrote.</summary>
internal static class Excerpt
{
    private const int LongestText = 2000;
    private const int LongestQuote = 200;

    /// <summary>A whole message: the text, or its first 2,000 letters and a sign that more followed.</summary>
    public static string Of(string text) => Cut(text, LongestText);

    /// <summary>What a message quotes, short enough to leave the message its words: at most 200 letters.</summary>
    public static string Quote(string text) => Cut(text, LongestQuote);

    /// <summary>A text of at most so many letters, none of them cut in half, and a sign that more followed.</summary>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text
        : char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] + "…"
        : text[..longest] + "…";
}
