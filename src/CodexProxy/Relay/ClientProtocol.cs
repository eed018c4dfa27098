namespace CodexProxy.Relay;

/// <summary>The protocols that clients speak.</summary>
internal enum ClientProtocol
{
    /// <summary>Anthropic's Messages.</summary>
    Messages,

    /// <summary>OpenAI's Chat Completions.</summary>
    Chat,

    /// <summary>OpenAI's Responses.</summary>
    Responses,
}

/// <summary>The words for them in settings, addresses and commands.</summary>
internal static class ClientProtocols
{
    /// <summary>All words, in the order of the protocols.</summary>
    public static readonly string[] Words = ["messages", "chat", "responses"];

    /// <summary>The protocol of a word; null when it is none.</summary>
    public static ClientProtocol? Of(string word) =>
        Array.IndexOf(Words, word) is >= 0 and var index ? (ClientProtocol)index : null;
}
